/* The plain model of sim/model/kernel written by hand in C: how fast the same loop can be.
 *
 * Plain: co-responders only, any free team for any call, no recalls, breaks or visits. Duties, relief,
 * patience, both travel models, all rules and the crisis center's chairs are in it. Same inputs (the rows
 * of sim/model/kernel/rows.py, sorted keys), same record. Built by benchmarks/limit.py with gcc -O3,
 * without fast-math.
 */
#include <stdint.h>

#include "rows.h" /* Call, Course, Duty, Trip, Queue, Chair, State, and the codes: limit.py writes it */

enum { TIME_BITS = 32, RANK_BITS = 28, ID_MASK = (1 << 28) - 1 };
#define NEVER INT64_MAX

typedef struct {
    Call *calls;
    const Course *courses;
    Duty *duties;
    Trip *trips;
    Queue *queues;
    Chair *chairs;
    const int64_t *to_zone_s, *by_free_s;
    const int32_t *preference;
    const int8_t *open_by_hour;
    int64_t *heap, *free, *open;
    int32_t *chair_of;
    State s;
    int64_t n_zones;
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

static void set_free(Run *r, int64_t duty, int64_t now_s) {
    Duty *d = &r->duties[duty];
    d->place = (int32_t)r->s.n_free;
    d->idle_since_s = now_s;
    r->free[r->s.n_free++] = duty;
}

static void leave_free(Run *r, int64_t duty) {
    Duty *d = &r->duties[duty];
    int64_t moved = r->free[--r->s.n_free];
    r->free[d->place] = moved;
    r->duties[moved].place = d->place;
    d->place = NONE;
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
    if (d->place == NONE) return; /* a busy team finishes first */
    leave_free(r, duty);
    d->ended_at_s = now_s;
    finish(r, duty, now_s);
}

static int release(Run *r, int64_t duty, int64_t now_s) {
    Duty *d = &r->duties[duty];
    d->trip = NONE;
    d->due_key = NEVER;
    if (!d->is_past_end) {
        set_free(r, duty, now_s);
        return 1;
    }
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
    q->first = q->last = NONE;
}

static int64_t first_waiting(const Run *r, Queue *q, int64_t now_s, int64_t given_up_to) {
    for (; q->first != NONE; q->first = r->calls[q->first].next_waiting) {
        int64_t ends = r->calls[q->first].until_assigned_s;
        if (ends > now_s || (ends == now_s && q->first > given_up_to)) break;
    }
    return q->first;
}

/* --- who is sent ---------------------------------------------------------------------------- */

static inline int64_t score(int64_t rule, int64_t travel, int64_t preferred, int64_t idle, int64_t worked) {
    if (rule == CLOSEST) return travel;
    if (rule == PREFERENCE) return preferred;
    return rule == LONGEST_IDLE ? idle : worked;
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

/* --- a trip --------------------------------------------------------------------------------- */

static int64_t arrival(const Run *r, const Call *c, const Duty *d, int64_t n_cars, int64_t now_s) {
    int64_t mean_s = r->s.travel_model == SQUARE_ROOT ? r->by_free_s[n_cars]
                                                      : to_zone(r, c->zone, now_s)[d->zone];
    return now_s + c->turnout_for_s + (int64_t)((double)mean_s * c->travel_factor + 0.5);
}

static void set_out(Run *r, int64_t call, Team team, int64_t now_s) {
    Call *c = &r->calls[call];
    int64_t duty = team.duty;
    Duty *d = &r->duties[duty];
    int64_t arrives = arrival(r, c, d, team.n_cars, now_s), stop = r->s.horizon_s;
    int64_t left = NEVER, ends = c->until_arrived_s, until = ends, cause = RECALLED;
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
        int engages = arrives < c->contact_until_s;
        d->zone = c->zone;
        left = until = arrives + (engages ? course->on_scene_for_s : course->no_contact_for_s);
        if (engages && course->asks_for_chair) { /* what follows is settled when it leaves */
            ends = NEVER;
            d->due_key = push(r, left, LEAVES_SCENE, duty);
        } else {
            ends = until = left + (engages ? course->busy_for_s : course->report_for_s);
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
}

/* With a person for the crisis center: there, or to hospital if it is closed or full. */
static void leave_scene(Run *r, int64_t duty, int64_t now_s) {
    Duty *d = &r->duties[duty];
    Trip *t = &r->trips[d->trip];
    const Course *c = &r->courses[t->call];
    int has_chair = r->open_by_hour[(now_s / 3600 + r->s.first_hour) % 168] &&
                    (r->s.chairs == NONE || r->s.n_in_chairs < r->s.chairs);
    if (has_chair) {
        r->chair_of[t->call] = (int32_t)r->s.n_stays;
        r->chairs[r->s.n_stays++] = (Chair){.call = t->call, .taken_at_s = now_s, .freed_at_s = NONE};
        r->s.n_in_chairs++;
        push(r, now_s + c->in_chair_for_s, CHAIR_FREED, t->call);
    }
    int64_t ends = now_s + (has_chair ? c->busy_with_chair_for_s : c->busy_for_s);
    if (ends < r->s.horizon_s) {
        t->end_at_s = ends;
        t->end_cause = CLEARED;
    }
    d->worked_for_s += ends - now_s;
    d->due_key = push(r, ends, RELEASED, duty);
}

/* --- the walk of the queues ----------------------------------------------------------------- */

/* The queue of the first call in line: any free team may be sent to it. */
static Queue *next_to_go(Run *r, int64_t now_s, int64_t given_up_to) {
    Queue *best = 0;
    for (int64_t at = 0; at < r->s.n_open;) {
        Queue *q = &r->queues[r->open[at]];
        if (best && q->priority > best->priority) at++;
        else if (first_waiting(r, q, now_s, given_up_to) == NONE)
            close_queue(r, q); /* another queue is at this place now */
        else {
            best = q;
            at++;
        }
    }
    return best;
}

static void walk_queue(Run *r, int64_t now_s, int64_t given_up_to) {
    while (r->s.n_open > 0 && r->s.n_free > 0) {
        Queue *q = next_to_go(r, now_s, given_up_to);
        if (!q) break;
        int64_t call = q->first;
        Team team = best_of_all(r, &r->calls[call], now_s);
        leave_free(r, team.duty);
        q->first = r->calls[call].next_waiting;
        if (q->first == NONE) close_queue(r, q);
        set_out(r, call, team, now_s);
    }
}

/* --- the run -------------------------------------------------------------------------------- */

static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

int64_t run(Call *calls, const Course *courses, Duty *duties, Trip *trips, Queue *queues, Chair *chairs,
            int32_t *chair_of, State *state, const int64_t *due_keys, const int64_t *start_keys,
            const int64_t *end_keys, const int64_t *to_zone_s, const int64_t *by_free_s,
            const int32_t *preference, const int8_t *open_by_hour, int64_t *heap, int64_t *free,
            int64_t *open_queues, int64_t n_zones, int64_t n_due_keys, int64_t n_start_keys,
            int64_t n_end_keys) {
    Run r = {.calls = calls, .courses = courses, .duties = duties, .trips = trips, .queues = queues,
             .chairs = chairs, .to_zone_s = to_zone_s, .by_free_s = by_free_s,
             .preference = preference, .open_by_hour = open_by_hour, .heap = heap, .free = free,
             .open = open_queues, .chair_of = chair_of, .s = *state, .n_zones = n_zones};
    int64_t next_due = 0, next_start = 0, next_end = 0, assign_key = NEVER;
    int64_t given_up_at_s = NONE, given_up_to = NONE;
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
            break;
        case DISPATCHABLE:
            next_due++;
            enqueue(&r, number);
            changed = 1;
            break;
        case RELEASED:
            pop(&r);
            changed = release(&r, number, now_s);
            break;
        case LEAVES_SCENE:
            pop(&r);
            leave_scene(&r, number, now_s);
            break;
        case CHAIR_FREED:
            pop(&r);
            r.s.n_in_chairs--;
            chairs[chair_of[number]].freed_at_s = now_s;
            break;
        case PATIENCE_ENDS:
            pop(&r);
            duty = calls[number].duty;
            given_up_at_s = now_s;
            given_up_to = number;
            changed = release(&r, duty, now_s);
            break;
        case DUTY_STARTS:
            if (key == heap_key) pop(&r);
            else next_start++;
            changed = start(&r, number, now_s);
            break;
        default: /* a duty ends */
            next_end++;
            end(&r, number, now_s);
        }
        if (changed && r.s.n_open > 0)
            assign_key = (now_s << TIME_BITS) | ((int64_t)ASSIGN << RANK_BITS);
    }
}
