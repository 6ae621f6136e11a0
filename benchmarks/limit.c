/* The rules of sim/model/kernel written by hand in C: how fast the same loop can be.
 *
 * Same inputs (the rows of sim/model/kernel/rows.py, sorted keys), same record. A rule that a run has
 * switched off is looked at once, not at every call. Built by benchmarks/limit.py with gcc -O3, without
 * fast-math.
 */
#include <stdint.h>

typedef struct {
    int64_t patience_ends_at_s, patrol_at_s, turnout_for_s, connect_for_s;
    double travel_factor;
    int32_t zone, duty, queue, place_in_line, next_waiting;
    int8_t priority, mode;
} Call;

typedef struct {
    int64_t centre_for_s, in_chair_for_s, hospital_for_s, custody_for_s, booking_for_s, report_for_s;
    int32_t visit, chair;
    int8_t contact, wanted_destination;
} Course;

typedef struct {
    int64_t on_at_s, off_at_s, idle_since_s, home_at_s, worked_for_s, arrives_at_s, due_key;
    int64_t started_at_s, ended_at_s;
    int32_t base_zone, zone, start_zone, predecessor, successor_waiting, place, place_out, trip;
    int32_t resting, first_pending, last_pending, agency;
    int8_t kind, serves, is_past_end, is_done;
} Duty;

typedef struct {
    int64_t break_for_s, started_at_s, ended_at_s;
    int32_t duty, next_pending;
    int8_t waits;
} Break;

typedef struct {
    int64_t call, visit, duty, origin_zone, assigned_at_s, arrived_at_s, left_at_s, end_at_s, end_cause;
} Trip;

typedef struct {
    int64_t first, last, priority, is_self_dispatch, place, nobody_since;
} Queue;

typedef struct {
    int64_t due_at_s, lag_for_s, visit_for_s;
    int32_t person, zone, next_waiting;
} Visit;

typedef struct {
    int64_t call, taken_at_s, freed_at_s;
} Chair;

typedef struct { /* a run row: rules, then counters */
    int64_t rule, scope, goes_home, recalls, radius_s, borrow_s, cutoff_s, cutoff_priority;
    int64_t reserve, reserve_priority, travel_model, first_hour, horizon_s;
    int64_t visit_expires_s, teams_visit, interrupts, spare_teams, repeat_ppm, effect_s, chairs;
    int64_t n_duties, n_visits;
    int64_t n_heap, n_free, n_workers, n_out, n_in_chairs, n_stays, first_visit, last_visit;
    int64_t n_open, n_trips, chances, visit_walks, any_team_any_call;
} State;

enum { NONE = -1, CLEARED = 0, RECALLED = 1, UNFINISHED = 2, REASSIGNED = 3, INTERRUPTED = 4 };
enum { CHAIR_FREED = 1, LEAVES_SCENE = 3, RELEASED = 4, DUTY_ENDS = 5, DUTY_STARTS = 6 };
enum { DISPATCHABLE = 7, VISIT_DUE = 8, ASSIGN = 9, PATIENCE_ENDS = 10 };
enum { CLOSEST = 0, PREFERENCE = 1, LONGEST_IDLE = 2, OPEN = 0, OWN_FIRST = 1, SQUARE_ROOT = 1 };
enum { VOLUNTARY = 2, HOLD = 3, FATES = 5, NOWHERE = 0, CENTRE = 1, HOSPITAL = 2, JAIL = 3 };
enum { CO_RESPONDER = 0, REMOTE = 2, FOLLOW_UP = 3 };
enum { CO_DISPATCH = 1, OFFICER_REQUEST = 2, SELF_DISPATCH = 3 };
enum { TIME_BITS = 32, RANK_BITS = 28, ID_MASK = (1 << 28) - 1 };
#define NEVER INT64_MAX
#define BORROWED ((int64_t)1 << 40)
#define BY_VIDEO ((int64_t)1 << 41)
#define BY_TEAM ((int64_t)1 << 42)

typedef struct {
    Call *calls;
    Course *courses;
    Duty *duties;
    Break *breaks;
    Trip *trips;
    Queue *queues;
    Visit *visits;
    Chair *chairs;
    const int64_t *to_zone_s, *by_free_s, *on_scene_for_s, *received_at_s;
    const int32_t *agency_of_zone, *preference, *person, *repeat_u;
    const int8_t *goes_along, *splits, *visit_after, *visit_hours, *open_by_hour, *fates;
    int64_t *first_done_at_s, *heap, *free, *out, *open, *passed_over;
    State s;
    int64_t n_zones, n_calls;
    int has_self_dispatch;
} Run;

/* --- heap ----------------------------------------------------------------------------------- */

static int64_t push(Run *r, int64_t second, int64_t rank, int64_t number) {
    int64_t key = (second << TIME_BITS) | (rank << RANK_BITS) | number, at = r->s.n_heap++;
    while (at > 0) {
        int64_t above = (at - 1) >> 1;
        if (r->heap[above] <= key) break;
        r->heap[at] = r->heap[above];
        at = above;
    }
    r->heap[at] = key;
    return key;
}

static void pop(Run *r) {
    int64_t size = --r->s.n_heap, key = r->heap[size], at = 0, below = 1;
    while (below < size) {
        if (below + 1 < size && r->heap[below + 1] < r->heap[below]) below++;
        if (r->heap[below] >= key) break;
        r->heap[at] = r->heap[below];
        at = below;
        below = 2 * below + 1;
    }
    r->heap[at] = key;
}

/* --- teams ---------------------------------------------------------------------------------- */

static const int64_t *to_zone(const Run *r, int64_t zone, int64_t now_s) {
    int64_t hour = (now_s / 3600 + r->s.first_hour) % 24;
    return r->to_zone_s + (hour * r->n_zones + zone) * r->n_zones;
}

/* Teams stand at the front of the list of free ones, those who make visits only at its end. */
static void set_free(Run *r, int64_t duty, int64_t now_s) {
    Duty *d = &r->duties[duty];
    int64_t at = d->kind == FOLLOW_UP ? r->s.n_duties - ++r->s.n_workers : r->s.n_free++;
    d->place = (int32_t)at;
    d->idle_since_s = now_s;
    r->free[at] = duty;
    r->s.chances++;
    if (r->s.goes_home) d->home_at_s = now_s + to_zone(r, d->base_zone, now_s)[d->zone];
}

static void leave_free(Run *r, int64_t duty, int64_t now_s) {
    Duty *d = &r->duties[duty];
    int64_t moved = r->free[d->kind == FOLLOW_UP ? r->s.n_duties - r->s.n_workers-- : --r->s.n_free];
    r->free[d->place] = moved;
    r->duties[moved].place = d->place;
    d->place = NONE;
    if (now_s >= d->home_at_s) d->zone = d->base_zone;
    d->home_at_s = NEVER;
}

/* Put a team in the list of those that may be taken off what they do. */
static void note_out(Run *r, int64_t duty) {
    if (r->duties[duty].place_out != NONE) return;
    r->duties[duty].place_out = (int32_t)r->s.n_out;
    r->out[r->s.n_out++] = duty;
}

static void take_break(Run *r, int64_t duty, int64_t number, int64_t now_s) {
    r->duties[duty].resting = (int32_t)number;
    r->breaks[number].started_at_s = now_s;
    push(r, now_s + r->breaks[number].break_for_s, DUTY_ENDS, r->s.n_duties + number);
}

static int set_available(Run *r, int64_t duty, int64_t now_s) {
    Duty *d = &r->duties[duty];
    int32_t number = d->first_pending;
    d->resting = NONE;
    if (number == NONE) {
        set_free(r, duty, now_s);
        return 1;
    }
    d->first_pending = r->breaks[number].next_pending;
    take_break(r, duty, number, now_s);
    return 0;
}

static void due_break(Run *r, int64_t number, int64_t now_s) {
    Break *b = &r->breaks[number];
    Duty *d = &r->duties[b->duty];
    if (d->place != NONE) {
        leave_free(r, b->duty, now_s);
        take_break(r, b->duty, number, now_s);
    } else if (b->waits && d->started_at_s != NONE && !d->is_past_end) {
        if (d->first_pending == NONE) d->first_pending = (int32_t)number;
        else r->breaks[d->last_pending].next_pending = (int32_t)number;
        d->last_pending = (int32_t)number;
    }
}

static void finish(Run *r, int64_t duty, int64_t now_s) {
    r->duties[duty].is_done = 1;
    if (r->duties[duty].successor_waiting != NONE)
        push(r, now_s, DUTY_STARTS, r->duties[duty].successor_waiting);
}

static int start(Run *r, int64_t duty, int64_t now_s) {
    Duty *d = &r->duties[duty], *before = d->predecessor == NONE ? 0 : &r->duties[d->predecessor];
    if (before && !before->is_done) {
        before->successor_waiting = (int32_t)duty;
        return 0;
    }
    if (!d->serves || now_s >= d->off_at_s) {
        finish(r, duty, now_s);
        return 0;
    }
    while (before && before->started_at_s == NONE)
        before = before->predecessor == NONE ? 0 : &r->duties[before->predecessor];
    d->zone = before && before->ended_at_s >= d->on_at_s ? before->zone : d->base_zone;
    d->start_zone = d->zone;
    d->started_at_s = now_s;
    set_free(r, duty, now_s);
    return 1;
}

static void end(Run *r, int64_t duty, int64_t now_s) {
    Duty *d = &r->duties[duty];
    d->is_past_end = 1;
    if (d->resting != NONE) r->breaks[d->resting].ended_at_s = now_s;
    else if (d->place != NONE) leave_free(r, duty, now_s);
    else return;
    d->ended_at_s = now_s;
    finish(r, duty, now_s);
}

static int release(Run *r, int64_t duty, int64_t now_s) {
    Duty *d = &r->duties[duty];
    d->trip = NONE;
    d->due_key = NEVER;
    if (!d->is_past_end) return set_available(r, duty, now_s);
    d->ended_at_s = now_s;
    finish(r, duty, now_s);
    return 0;
}

/* --- queues --------------------------------------------------------------------------------- */

static void enqueue(Run *r, int64_t call) {
    Call *calls = r->calls, *c = &calls[call];
    Queue *q = &r->queues[c->queue];
    int64_t before = q->last, after = NONE;
    if (q->first == NONE) {
        q->place = r->s.n_open;
        r->open[r->s.n_open++] = c->queue;
    }
    if (before != NONE && calls[before].place_in_line > c->place_in_line) {
        before = NONE;
        for (after = q->first; calls[after].place_in_line < c->place_in_line;) {
            before = after;
            after = calls[after].next_waiting;
        }
    }
    c->next_waiting = (int32_t)after;
    if (before == NONE) q->first = call;
    else calls[before].next_waiting = (int32_t)call;
    if (after == NONE) q->last = call;
}

static void close_queue(Run *r, Queue *q) {
    int64_t moved = r->open[--r->s.n_open];
    r->open[q->place] = moved;
    r->queues[moved].place = q->place;
    q->first = q->last = q->nobody_since = NONE;
}

static int64_t first_waiting(const Run *r, Queue *q, int64_t now_s, int64_t given_up_to) {
    for (; q->first != NONE; q->first = r->calls[q->first].next_waiting) {
        int64_t ends = r->calls[q->first].patience_ends_at_s;
        if (ends > now_s || (ends == now_s && q->first > given_up_to)) break;
    }
    return q->first;
}

static void drop_self_dispatch(Run *r) {
    for (int64_t at = 0; at < r->s.n_open;) {
        Queue *q = &r->queues[r->open[at]];
        if (q->is_self_dispatch) close_queue(r, q);
        else at++;
    }
}

/* --- visits that wait ----------------------------------------------------------------------- */

static inline int is_before(const Run *r, int64_t one, int64_t other) {
    int64_t one_s = r->visits[one].due_at_s, other_s = r->visits[other].due_at_s;
    return one_s < other_s || (one_s == other_s && one < other);
}

static void wait_for_visit(Run *r, int64_t visit) {
    int64_t before = r->s.last_visit, after = NONE;
    if (before != NONE && is_before(r, visit, before)) {
        before = NONE;
        for (after = r->s.first_visit; is_before(r, after, visit);) {
            before = after;
            after = r->visits[after].next_waiting;
        }
    }
    r->visits[visit].next_waiting = (int32_t)after;
    if (before == NONE) r->s.first_visit = visit;
    else r->visits[before].next_waiting = (int32_t)visit;
    if (after == NONE) r->s.last_visit = visit;
}

static void take_out(Run *r, int64_t before, int64_t visit) {
    int32_t after = r->visits[visit].next_waiting;
    if (before == NONE) r->s.first_visit = after;
    else r->visits[before].next_waiting = after;
    if (after == NONE) r->s.last_visit = before;
}

/* --- who is sent ---------------------------------------------------------------------------- */

static inline int attends(int mode) { return mode == CO_DISPATCH || mode == OFFICER_REQUEST; }

static inline int64_t score(int64_t rule, int64_t travel, int64_t preferred, int64_t idle, int64_t worked) {
    if (rule == CLOSEST) return travel;
    if (rule == PREFERENCE) return preferred;
    return rule == LONGEST_IDLE ? idle : worked;
}

static inline int64_t figure_of(const Run *r, const Call *c, const Duty *d, const int64_t *of_zone_s,
                                const int32_t *preferred, int32_t zone, int64_t worked, int64_t now_s) {
    const State *rules = &r->s;
    int is_remote = d->kind == REMOTE, is_foreign = d->agency != r->agency_of_zone[c->zone];
    int64_t travel = is_remote ? 0 : of_zone_s[zone];
    if (d->kind != CO_RESPONDER && !attends(c->mode)) return NEVER;
    if (c->mode == SELF_DISPATCH && travel > rules->radius_s) return NEVER;
    if (is_foreign && rules->scope != OPEN && (rules->scope != OWN_FIRST || travel > rules->borrow_s))
        return NEVER;
    if (now_s >= d->off_at_s - rules->cutoff_s && d->off_at_s != rules->horizon_s &&
        c->priority > rules->cutoff_priority)
        return NEVER;
    return score(rules->rule, travel, preferred[d->base_zone], d->idle_since_s, worked) +
           (is_foreign && rules->scope == OWN_FIRST ? BORROWED : 0) + (is_remote ? BY_VIDEO : 0);
}

typedef struct {
    int64_t duty, n_cars;
} Team;

static Team best_of_all(const Run *r, const Call *c, int64_t now_s) {
    const int64_t *of_zone_s = to_zone(r, c->zone, now_s);
    const int32_t *preferred = r->preference + c->zone * r->n_zones;
    int64_t best = NONE, least = NEVER, n_free = r->s.n_free;
    for (int64_t at = 0; at < n_free; at++) {
        int64_t duty = r->free[at];
        const Duty *d = &r->duties[duty];
        int64_t figure = score(r->s.rule, of_zone_s[d->zone], preferred[d->base_zone],
                               d->idle_since_s, d->worked_for_s);
        if (figure < least || (figure == least && duty < best)) {
            best = duty;
            least = figure;
        }
    }
    return (Team){best, n_free};
}

static Team best_free(const Run *r, const Call *c, int64_t now_s) {
    const int64_t *of_zone_s = to_zone(r, c->zone, now_s);
    const int32_t *preferred = r->preference + c->zone * r->n_zones;
    int64_t best = NONE, least = NEVER, n_cars = 0;
    if (c->priority > r->s.reserve_priority && r->s.n_free <= r->s.reserve)
        return (Team){NONE, 0};
    for (int64_t at = 0; at < r->s.n_free; at++) {
        int64_t duty = r->free[at];
        const Duty *d = &r->duties[duty];
        int32_t zone = now_s >= d->home_at_s ? d->base_zone : d->zone;
        int64_t figure = figure_of(r, c, d, of_zone_s, preferred, zone, d->worked_for_s, now_s);
        if (figure == NEVER) continue;
        n_cars += d->kind != REMOTE;
        if (figure < least || (figure == least && duty < best)) {
            best = duty;
            least = figure;
        }
    }
    return (Team){best, n_cars};
}

/* The best team on a visit, or else on its way to a less urgent call. */
static int64_t best_out(Run *r, const Call *c, int from_visits, int64_t now_s) {
    const int64_t *of_zone_s = to_zone(r, c->zone, now_s);
    const int32_t *preferred = r->preference + c->zone * r->n_zones;
    int64_t best = NONE, least = NEVER;
    for (int64_t at = 0; at < r->s.n_out;) {
        int64_t duty = r->out[at];
        Duty *d = &r->duties[duty];
        const Trip *t = d->trip == NONE ? 0 : &r->trips[d->trip];
        int is_on_way = d->arrives_at_s > now_s;
        if (!t || (!is_on_way && t->call != NONE)) { /* it was, when it set out */
            r->out[at] = r->out[--r->s.n_out];
            r->duties[r->out[at]].place_out = (int32_t)at;
            d->place_out = NONE;
            continue;
        }
        at++;
        if (from_visits != (t->call == NONE)) continue;
        if (!from_visits && r->calls[t->call].priority <= c->priority) continue;
        int64_t worked = d->worked_for_s - ((d->due_key >> TIME_BITS) - now_s); /* as of now */
        int32_t zone = is_on_way ? (int32_t)t->origin_zone : d->zone;
        int64_t figure = figure_of(r, c, d, of_zone_s, preferred, zone, worked, now_s);
        if (figure < least || (figure == least && figure != NEVER && duty < best)) {
            best = duty;
            least = figure;
        }
    }
    return best;
}

static Team best_team(Run *r, const Call *c, int64_t now_s) {
    Team team = r->s.any_team_any_call ? best_of_all(r, c, now_s) : best_free(r, c, now_s);
    if (team.duty == NONE && r->s.interrupts) team = (Team){best_out(r, c, 1, now_s), 1};
    if (team.duty == NONE && r->s.recalls) team = (Team){best_out(r, c, 0, now_s), 1};
    return team;
}

static void break_off(Run *r, int64_t duty, int64_t now_s) {
    Duty *d = &r->duties[duty];
    Trip *t = &r->trips[d->trip];
    d->worked_for_s -= (d->due_key >> TIME_BITS) - now_s;
    t->left_at_s = NONE;
    t->end_at_s = now_s;
    if (d->arrives_at_s > now_s) {
        d->zone = (int32_t)t->origin_zone;
        t->arrived_at_s = NONE;
    }
    if (t->call == NONE) {
        t->end_cause = INTERRUPTED;
        wait_for_visit(r, t->visit);
        return;
    }
    t->end_cause = REASSIGNED;
    r->calls[t->call].duty = NONE;
    if (!r->queues[r->calls[t->call].queue].is_self_dispatch) enqueue(r, t->call);
}

/* --- a trip --------------------------------------------------------------------------------- */

static inline int destination_of(const Course *c, int fate) {
    if (!c->contact || fate < VOLUNTARY) return NOWHERE;
    return fate == VOLUNTARY ? c->wanted_destination : fate == HOLD ? HOSPITAL : JAIL;
}

/* From leaving the scene to free. */
static int64_t after_scene_for_s(const Run *r, const Course *c, int kind, int fate, int has_chair) {
    int to = destination_of(c, fate);
    int64_t away = 0, report = c->report_for_s;
    if (to != NOWHERE && r->goes_along[kind * FATES + fate]) {
        if (to == CENTRE && has_chair) away = c->centre_for_s;
        else if (to == JAIL) away = c->booking_for_s;
        else away = c->hospital_for_s + (fate == HOLD ? c->custody_for_s : 0);
    }
    if (r->splits[kind * FATES + fate]) return away > report ? away : report;
    return away + report;
}

static int64_t arrival(const Run *r, const Call *c, const Duty *d, int64_t n_cars, int64_t now_s) {
    int64_t ready = now_s + c->connect_for_s;
    if (d->kind != REMOTE) {
        int64_t mean_s = r->s.travel_model == SQUARE_ROOT ? r->by_free_s[n_cars]
                                                          : to_zone(r, c->zone, now_s)[d->zone];
        ready = now_s + c->turnout_for_s + (int64_t)((double)mean_s * c->travel_factor + 0.5);
    }
    return d->kind != CO_RESPONDER && ready < c->patrol_at_s ? c->patrol_at_s : ready;
}

static void set_out(Run *r, int64_t call, Team team, int64_t now_s) {
    Call *c = &r->calls[call];
    int64_t duty = team.duty;
    Duty *d = &r->duties[duty];
    int kind = d->kind;
    int64_t arrives = arrival(r, c, d, team.n_cars, now_s), stop = r->s.horizon_s;
    int64_t left = NEVER, ends = c->patience_ends_at_s, until = ends, cause = RECALLED;
    Trip *t = &r->trips[r->s.n_trips];
    t->call = call;
    t->visit = NONE;
    t->duty = duty;
    t->origin_zone = d->zone;
    t->assigned_at_s = now_s;
    c->duty = (int32_t)duty;
    d->trip = (int32_t)r->s.n_trips++;
    d->arrives_at_s = arrives;
    if (arrives <= ends) {
        const Course *course = &r->courses[call];
        int fate = r->fates[kind * r->n_calls + call];
        if (kind != REMOTE) d->zone = c->zone;
        left = until = arrives + r->on_scene_for_s[kind * r->n_calls + call];
        if (destination_of(course, fate) == CENTRE) { /* what follows is settled when it leaves */
            ends = NEVER;
            d->due_key = push(r, left, LEAVES_SCENE, duty);
        } else {
            ends = until = left + after_scene_for_s(r, course, kind, fate, 0);
            cause = CLEARED;
            d->due_key = push(r, ends, RELEASED, duty);
        }
    } else {
        arrives = NEVER;
        d->due_key = push(r, ends, PATIENCE_ENDS, call);
    }
    t->arrived_at_s = arrives < stop ? arrives : NONE;
    t->left_at_s = left < stop ? left : NONE;
    t->end_at_s = ends < stop ? ends : NONE;
    t->end_cause = ends < stop ? cause : UNFINISHED;
    d->worked_for_s += until - now_s;
    if (r->s.recalls) note_out(r, duty);
}

/* With a person for the crisis centre: there, or to hospital if it is closed or full. */
static void leave_scene(Run *r, int64_t duty, int64_t now_s) {
    Duty *d = &r->duties[duty];
    Trip *t = &r->trips[d->trip];
    Course *c = &r->courses[t->call];
    int fate = r->fates[d->kind * r->n_calls + t->call];
    int has_chair = r->open_by_hour[(now_s / 3600 + r->s.first_hour) % 168] &&
                    (r->s.chairs == NONE || r->s.n_in_chairs < r->s.chairs);
    if (has_chair) {
        c->chair = (int32_t)r->s.n_stays;
        r->chairs[r->s.n_stays++] = (Chair){t->call, now_s, NONE};
        r->s.n_in_chairs++;
        push(r, now_s + c->in_chair_for_s, CHAIR_FREED, t->call);
    }
    int64_t ends = now_s + after_scene_for_s(r, c, d->kind, fate, has_chair);
    if (ends < r->s.horizon_s) {
        t->end_at_s = ends;
        t->end_cause = CLEARED;
    }
    d->worked_for_s += ends - now_s;
    d->due_key = push(r, ends, RELEASED, duty);
}

/* --- the walk of the queues ----------------------------------------------------------------- */

/* The queue of the first call in line that a team can be sent to. A queue that nobody could be sent to
 * is not asked again until there is a new chance. */
static Queue *next_to_go(Run *r, Team *team, int64_t now_s, int64_t given_up_to) {
    Queue *best = 0;
    int64_t place = NEVER;
    for (int64_t at = 0; at < r->s.n_open;) {
        Queue *q = &r->queues[r->open[at]];
        if (q->nobody_since == r->s.chances || (best && q->priority > best->priority)) {
            at++;
            continue;
        }
        int64_t call = first_waiting(r, q, now_s, given_up_to);
        if (call == NONE) {
            close_queue(r, q); /* another queue is at this place now */
            continue;
        }
        at++;
        const Call *c = &r->calls[call];
        if (best && q->priority == best->priority && c->place_in_line > place) continue;
        Team found = best_team(r, c, now_s);
        if (found.duty == NONE) {
            q->nobody_since = r->s.chances;
            continue;
        }
        best = q;
        place = c->place_in_line;
        *team = found;
    }
    return best;
}

static void walk_queue(Run *r, int64_t now_s, int64_t given_up_to) {
    Team team = {NONE, 0};
    int64_t n_trips = r->s.n_trips;
    if (r->s.scope == OWN_FIRST) r->s.chances++; /* nearness changes by the hour, and on the way home */
    while (r->s.n_open > 0 && (r->s.n_free > 0 || r->s.n_out > 0)) {
        Queue *q = next_to_go(r, &team, now_s, given_up_to);
        if (!q) break;
        int64_t call = q->first;
        if (r->duties[team.duty].place != NONE) leave_free(r, team.duty, now_s);
        else break_off(r, team.duty, now_s);
        q->first = r->calls[call].next_waiting;
        if (q->first == NONE) close_queue(r, q);
        set_out(r, call, team, now_s);
    }
    if (r->s.recalls && r->s.n_trips > n_trips) r->s.chances++; /* whom the next walk can take */
    if (r->has_self_dispatch && r->s.n_open > 0) drop_self_dispatch(r);
}

/* --- visits --------------------------------------------------------------------------------- */

static int64_t figure_of_visit(const Run *r, const Visit *v, const Duty *d, const int64_t *of_zone_s,
                               const int32_t *preferred, int64_t now_s) {
    const State *rules = &r->s;
    int64_t travel = of_zone_s[now_s >= d->home_at_s ? d->base_zone : d->zone];
    int is_foreign = d->agency != r->agency_of_zone[v->zone];
    if (d->kind == REMOTE) return NEVER;
    if (is_foreign && rules->scope != OPEN && (rules->scope != OWN_FIRST || travel > rules->borrow_s))
        return NEVER;
    if (now_s >= d->off_at_s - rules->cutoff_s && d->off_at_s != rules->horizon_s) return NEVER;
    return score(rules->rule, travel, preferred[d->base_zone], d->idle_since_s, d->worked_for_s) +
           (is_foreign && rules->scope == OWN_FIRST ? BORROWED : 0) +
           (d->kind == FOLLOW_UP ? 0 : BY_TEAM);
}

/* Free teams that may be asked for a visit: all, or none if too few would stay free. */
static inline int64_t n_teams(const Run *r) {
    return r->s.teams_visit && r->s.n_free > r->s.spare_teams ? r->s.n_free : 0;
}

static Team best_for_visit(const Run *r, const Visit *v, int64_t now_s) {
    const int64_t *of_zone_s = to_zone(r, v->zone, now_s);
    const int32_t *preferred = r->preference + v->zone * r->n_zones;
    int64_t best = NONE, least = NEVER, n_cars = 0, n_workers = r->s.n_workers;
    for (int64_t number = 0; number < n_workers + n_teams(r); number++) {
        int64_t duty =
            r->free[number < n_workers ? r->s.n_duties - 1 - number : number - n_workers];
        int64_t figure = figure_of_visit(r, v, &r->duties[duty], of_zone_s, preferred, now_s);
        if (figure == NEVER) continue;
        n_cars++;
        if (figure < least || (figure == least && duty < best)) {
            best = duty;
            least = figure;
        }
    }
    return (Team){best, n_cars};
}

static void set_out_on_visit(Run *r, int64_t visit, Team team, int64_t now_s) {
    const Visit *v = &r->visits[visit];
    Duty *d = &r->duties[team.duty];
    int64_t arrives = now_s + (r->s.travel_model == SQUARE_ROOT ? r->by_free_s[team.n_cars]
                                                                : to_zone(r, v->zone, now_s)[d->zone]);
    int64_t ends = arrives + v->visit_for_s, stop = r->s.horizon_s;
    r->trips[r->s.n_trips] = (Trip){
        .call = NONE,
        .visit = visit,
        .duty = team.duty,
        .origin_zone = d->zone,
        .assigned_at_s = now_s,
        .arrived_at_s = arrives < stop ? arrives : NONE,
        .left_at_s = ends < stop ? ends : NONE,
        .end_at_s = ends < stop ? ends : NONE,
        .end_cause = ends < stop ? CLEARED : UNFINISHED,
    };
    d->trip = (int32_t)r->s.n_trips++;
    d->arrives_at_s = arrives;
    d->zone = v->zone;
    d->due_key = push(r, ends, RELEASED, team.duty);
    d->worked_for_s += ends - now_s;
    if (r->s.interrupts && d->kind != FOLLOW_UP) {
        note_out(r, team.duty);
        r->s.chances++;
    }
}

/* Each waiting visit that may begin now gets the best who may make it; `passed_over` holds, by zone, the
 * last walk in which nobody could go there. Once that is so of all zones, the rest is not looked at. */
static void walk_visits(Run *r, int64_t now_s) {
    if (!r->visit_hours[(now_s / 3600 + r->s.first_hour) % 168]) return;
    int64_t walk = ++r->s.visit_walks, before = NONE;
    int64_t n_to_pass = r->s.scope == OPEN ? 1 : r->n_zones;
    for (int64_t visit = r->s.first_visit, after; visit != NONE; visit = after) {
        if (n_to_pass == 0 || r->s.n_workers + n_teams(r) == 0) return;
        const Visit *v = &r->visits[visit];
        int64_t *passed = &r->passed_over[r->s.scope == OPEN ? 0 : v->zone];
        int expired = v->due_at_s + r->s.visit_expires_s < now_s;
        Team team = {NONE, 0};
        after = v->next_waiting;
        if (!expired && *passed != walk) team = best_for_visit(r, v, now_s);
        if (!expired && team.duty == NONE) {
            before = visit;
            n_to_pass -= *passed != walk;
            *passed = walk;
            continue;
        }
        take_out(r, before, visit);
        if (expired) continue;
        leave_free(r, team.duty, now_s);
        set_out_on_visit(r, visit, team, now_s);
    }
}

/* A call was served: a visit may come due. */
static void follow_up(Run *r, int64_t call, int kind, int64_t now_s) {
    const Course *c = &r->courses[call];
    if (c->visit == NONE || !c->contact || !r->visit_after[r->fates[kind * r->n_calls + call]]) return;
    Visit *v = &r->visits[c->visit];
    v->due_at_s = now_s + v->lag_for_s;
    push(r, v->due_at_s, VISIT_DUE, c->visit);
}

static int is_averted(const Run *r, int64_t call) {
    if (r->repeat_u[call] < r->s.repeat_ppm) return 0;
    int64_t done = r->first_done_at_s[r->person[call]], received = r->received_at_s[call];
    return done >= 0 && done <= received && received <= done + r->s.effect_s;
}

/* --- the run -------------------------------------------------------------------------------- */

static void look_at_switches(Run *r, int64_t n_queues) {
    const State *rules = &r->s;
    int others = 0;
    for (int64_t duty = 0; duty < rules->n_duties; duty++)
        others |= r->duties[duty].kind != CO_RESPONDER && r->duties[duty].kind != FOLLOW_UP;
    r->has_self_dispatch = 0;
    for (int64_t queue = 0; queue < n_queues; queue++)
        r->has_self_dispatch |= r->queues[queue].is_self_dispatch == 1;
    r->s.any_team_any_call = !others && !r->has_self_dispatch && rules->scope == OPEN &&
                             !rules->goes_home && rules->cutoff_s == 0 && rules->reserve == 0;
}

static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/* What has to be done at the end of a trip that was not broken off; whether a team is free. */
static int released(Run *r, int64_t duty, int64_t now_s) {
    const Trip *t = &r->trips[r->duties[duty].trip];
    if (t->call == NONE) {
        int64_t *first_s = &r->first_done_at_s[r->visits[t->visit].person];
        if (*first_s == NONE) *first_s = now_s;
    } else follow_up(r, t->call, r->duties[duty].kind, now_s);
    return release(r, duty, now_s);
}

int64_t run(Call *calls, Course *courses, Duty *duties, Break *breaks, Trip *trips, Queue *queues,
            Visit *visits, Chair *chairs, State *state, const int64_t *due_keys,
            const int64_t *start_keys, const int64_t *end_keys, const int64_t *to_zone_s,
            const int64_t *by_free_s, const int32_t *agency_of_zone, const int32_t *preference,
            const int8_t *goes_along, const int8_t *splits, const int8_t *visit_after,
            const int8_t *visit_hours, const int8_t *open_by_hour, const int8_t *fate_by_kind,
            const int64_t *on_scene_for_s_by_kind, const int64_t *received_at_s,
            const int32_t *person, const int32_t *repeat_u, int64_t *first_done_at_s, int64_t *heap,
            int64_t *free, int64_t *out, int64_t *open_queues, int64_t *passed_over, int64_t n_zones,
            int64_t n_calls, int64_t n_queues, int64_t n_due_keys, int64_t n_start_keys,
            int64_t n_end_keys) {
    Run r = {.calls = calls, .courses = courses, .duties = duties, .breaks = breaks, .trips = trips,
             .queues = queues, .visits = visits, .chairs = chairs, .to_zone_s = to_zone_s,
             .by_free_s = by_free_s, .on_scene_for_s = on_scene_for_s_by_kind,
             .received_at_s = received_at_s, .agency_of_zone = agency_of_zone,
             .preference = preference, .person = person, .repeat_u = repeat_u,
             .goes_along = goes_along, .splits = splits, .visit_after = visit_after,
             .visit_hours = visit_hours, .open_by_hour = open_by_hour, .fates = fate_by_kind,
             .first_done_at_s = first_done_at_s, .heap = heap, .free = free, .out = out,
             .open = open_queues, .passed_over = passed_over, .s = *state, .n_zones = n_zones,
             .n_calls = n_calls};
    look_at_switches(&r, n_queues);
    int64_t next_due = 0, next_start = 0, next_end = 0, assign_key = NEVER;
    int64_t given_up_at_s = NONE, given_up_to = NONE, n_duties = state->n_duties;
    int64_t stop = state->horizon_s << TIME_BITS;
    for (;;) {
        int64_t heap_key = r.s.n_heap ? heap[0] : NEVER;
        int64_t due_key = next_due < n_due_keys ? due_keys[next_due] : NEVER;
        int64_t start_key = next_start < n_start_keys ? start_keys[next_start] : NEVER;
        int64_t end_key = next_end < n_end_keys ? end_keys[next_end] : NEVER;
        int64_t key = least(least(least(due_key, start_key), least(end_key, heap_key)), assign_key);
        if (key >= stop) {
            state->n_stays = r.s.n_stays;
            return r.s.n_trips;
        }
        int64_t now_s = key >> TIME_BITS, number = key & ID_MASK, duty;
        int changed = 0;
        switch ((key >> RANK_BITS) & 15) {
        case ASSIGN:
            assign_key = NEVER;
            walk_queue(&r, now_s, given_up_at_s == now_s ? given_up_to : NONE);
            if (r.s.first_visit != NONE) walk_visits(&r, now_s);
            break;
        case DISPATCHABLE:
            next_due++;
            if (is_averted(&r, number)) break;
            enqueue(&r, number);
            changed = 1;
            break;
        case RELEASED:
            pop(&r);
            if (duties[number].due_key == key) changed = released(&r, number, now_s);
            break;
        case LEAVES_SCENE:
            pop(&r);
            if (duties[number].due_key == key) leave_scene(&r, number, now_s);
            break;
        case CHAIR_FREED:
            pop(&r);
            r.s.n_in_chairs--;
            chairs[courses[number].chair].freed_at_s = now_s;
            break;
        case VISIT_DUE:
            if (key == heap_key) pop(&r);
            else next_due++;
            if (number < state->n_visits) wait_for_visit(&r, number);
            changed = 1;
            break;
        case PATIENCE_ENDS:
            pop(&r);
            duty = calls[number].duty;
            if (duty != NONE && duties[duty].due_key == key) {
                given_up_at_s = now_s;
                given_up_to = number;
                changed = release(&r, duty, now_s);
            }
            break;
        case DUTY_STARTS:
            if (key == heap_key) pop(&r);
            else next_start++;
            if (number < n_duties) changed = start(&r, number, now_s);
            else due_break(&r, number - n_duties, now_s);
            break;
        default: /* a duty or a break ends */
            if (number < n_duties) {
                next_end++;
                end(&r, number, now_s);
                break;
            }
            pop(&r);
            Break *b = &breaks[number - n_duties];
            if (b->ended_at_s != NONE) break; /* the end of its duty ended it */
            b->ended_at_s = now_s;
            changed = set_available(&r, b->duty, now_s);
        }
        if (changed && (r.s.n_open > 0 || r.s.first_visit != NONE))
            assign_key = (now_s << TIME_BITS) | ((int64_t)ASSIGN << RANK_BITS);
    }
}
