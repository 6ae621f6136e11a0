/* The rules of sim/model/kernel.py written by hand in C: how fast the same loop can be.
 *
 * Same inputs (rows.CALL, rows.DUTY, rows.RUN of sim/model/rows.py; sorted keys), same record
 * (rows.TRIP). Built by benchmarks/limit.py with gcc -O3, without fast-math.
 */
#include <stdint.h>

typedef struct {
    int64_t patience_ends_at_s, turnout_for_s;
    double travel_factor;
    int64_t on_scene_for_s, centre_for_s, hospital_for_s, booking_for_s, report_for_s;
    int32_t zone, duty, next_waiting;
    int8_t priority, contact, fate, wanted_destination;
} Call;

typedef struct {
    int64_t on_at_s, off_at_s, idle_since_s, worked_for_s, started_at_s, ended_at_s;
    int32_t base_zone, zone, start_zone, predecessor, successor_waiting, place;
    int8_t serves, is_past_end, is_done;
} Duty;

typedef struct {
    int64_t call, duty, origin_zone, assigned_at_s, arrived_at_s, left_at_s, end_at_s, end_cause;
} Trip;

typedef struct {
    int64_t rule, travel_model, first_hour, horizon_s;
} Rules;

enum { NONE = -1, CLEARED = 0, RECALLED = 1, UNFINISHED = 2 };
enum { RELEASED = 4, DUTY_ENDS = 5, DUTY_STARTS = 6, DISPATCHABLE = 7, ASSIGN = 9, PATIENCE_ENDS = 10 };
enum { CLOSEST = 0, PREFERENCE = 1, LONGEST_IDLE = 2 };
enum { VOLUNTARY = 2, HOLD = 3, NOWHERE = 0, CENTRE = 1, HOSPITAL = 2, JAIL = 3, SQUARE_ROOT = 1 };
enum { TIME_BITS = 32, RANK_BITS = 28, ID_MASK = (1 << 28) - 1, PRIORITIES = 128 };
#define NEVER INT64_MAX

typedef struct {
    Call *calls;
    Duty *duties;
    Trip *trips;
    const int64_t *to_zone_s, *by_free_s;
    const int32_t *preference;
    const int8_t *goes_along;
    Rules rules;
    int64_t n_zones, *heap, *free, n_heap, n_free, n_waiting, n_trips, last_priority;
    int64_t first[PRIORITIES], last[PRIORITIES];
} Run;

static void push(Run *r, int64_t second, int64_t rank, int64_t number) {
    int64_t key = (second << TIME_BITS) | (rank << RANK_BITS) | number, at = r->n_heap++;
    while (at > 0) {
        int64_t above = (at - 1) >> 1;
        if (r->heap[above] <= key) break;
        r->heap[at] = r->heap[above];
        at = above;
    }
    r->heap[at] = key;
}

static void pop(Run *r) {
    int64_t size = --r->n_heap, key = r->heap[size], at = 0, below = 1;
    while (below < size) {
        if (below + 1 < size && r->heap[below + 1] < r->heap[below]) below++;
        if (r->heap[below] >= key) break;
        r->heap[at] = r->heap[below];
        at = below;
        below = 2 * below + 1;
    }
    r->heap[at] = key;
}

static void set_free(Run *r, int64_t duty, int64_t now_s) {
    r->duties[duty].place = (int32_t)r->n_free;
    r->duties[duty].idle_since_s = now_s;
    r->free[r->n_free++] = duty;
}

static void take(Run *r, int64_t duty) {
    int32_t at = r->duties[duty].place;
    int64_t moved = r->free[--r->n_free];
    r->free[at] = moved;
    r->duties[moved].place = at;
    r->duties[duty].place = NONE;
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
    if (d->place == NONE) return;
    take(r, duty);
    d->ended_at_s = now_s;
    finish(r, duty, now_s);
}

static int release(Run *r, int64_t duty, int64_t now_s) {
    if (!r->duties[duty].is_past_end) {
        set_free(r, duty, now_s);
        return 1;
    }
    r->duties[duty].ended_at_s = now_s;
    finish(r, duty, now_s);
    return 0;
}

static void enqueue(Run *r, int64_t call) {
    int64_t p = r->calls[call].priority, last = r->last[p];
    if (last == NONE) r->first[p] = call;
    else r->calls[last].next_waiting = (int32_t)call;
    r->calls[call].next_waiting = NONE;
    r->last[p] = call;
    r->n_waiting++;
    if (p > r->last_priority) r->last_priority = p;
}

static int64_t first_in_queue(Run *r, int64_t now_s, int64_t given_up_to) {
    for (int64_t p = 0; p <= r->last_priority; p++) {
        int64_t call = r->first[p];
        while (call != NONE) {
            int64_t after = r->calls[call].next_waiting, ends = r->calls[call].patience_ends_at_s;
            r->first[p] = after;
            if (after == NONE) r->last[p] = NONE;
            r->n_waiting--;
            if (ends > now_s || (ends == now_s && call > given_up_to)) return call;
            call = after;
        }
    }
    return NONE;
}

static int64_t score(int64_t rule, int64_t travel, int64_t preferred, int64_t idle, int64_t worked) {
    if (rule == CLOSEST) return travel;
    if (rule == PREFERENCE) return preferred;
    return rule == LONGEST_IDLE ? idle : worked;
}

static int64_t best_team(const Run *r, const int64_t *of_zone_s, const int32_t *preferred) {
    int64_t best = NONE, least = NEVER;
    for (int64_t at = 0; at < r->n_free; at++) {
        int64_t duty = r->free[at];
        const Duty *d = &r->duties[duty];
        int64_t figure = score(r->rules.rule, of_zone_s[d->zone], preferred[d->base_zone],
                               d->idle_since_s, d->worked_for_s);
        if (figure < least || (figure == least && duty < best)) {
            best = duty;
            least = figure;
        }
    }
    return best;
}

static int64_t after_scene_for_s(const Run *r, const Call *c) {
    if (!c->contact || c->fate < VOLUNTARY || !r->goes_along[c->fate]) return c->report_for_s;
    int to = c->fate == VOLUNTARY ? c->wanted_destination : c->fate == HOLD ? HOSPITAL : JAIL;
    if (to == NOWHERE) return c->report_for_s;
    int64_t away = to == CENTRE ? c->centre_for_s : to == HOSPITAL ? c->hospital_for_s : c->booking_for_s;
    return away + c->report_for_s;
}

static void assign(Run *r, int64_t call, int64_t now_s) {
    Call *c = &r->calls[call];
    int64_t hour = (now_s / 3600 + r->rules.first_hour) % 24, n_free = r->n_free;
    const int64_t *of_zone_s = r->to_zone_s + (hour * r->n_zones + c->zone) * r->n_zones;
    int64_t duty = best_team(r, of_zone_s, r->preference + c->zone * r->n_zones);
    Duty *d = &r->duties[duty];
    int64_t mean_s = r->rules.travel_model == SQUARE_ROOT ? r->by_free_s[n_free] : of_zone_s[d->zone];
    int64_t arrives = now_s + c->turnout_for_s + (int64_t)((double)mean_s * c->travel_factor + 0.5);
    int64_t left = NEVER, ends = c->patience_ends_at_s, cause = RECALLED, stop = r->rules.horizon_s;
    Trip *t = &r->trips[r->n_trips++];
    take(r, duty);
    t->call = call;
    t->duty = duty;
    t->origin_zone = d->zone;
    t->assigned_at_s = now_s;
    c->duty = (int32_t)duty;
    if (arrives <= ends) {
        d->zone = c->zone;
        left = arrives + c->on_scene_for_s;
        ends = left + after_scene_for_s(r, c);
        cause = CLEARED;
        push(r, ends, RELEASED, duty);
    } else {
        arrives = NEVER;
        push(r, ends, PATIENCE_ENDS, call);
    }
    t->arrived_at_s = arrives < stop ? arrives : NONE;
    t->left_at_s = left < stop ? left : NONE;
    t->end_at_s = ends < stop ? ends : NONE;
    t->end_cause = ends < stop ? cause : UNFINISHED;
    d->worked_for_s += ends - now_s;
}

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

int64_t run(Call *calls, Duty *duties, Trip *trips, const int64_t *call_keys, int64_t n_calls,
            const int64_t *start_keys, const int64_t *end_keys, int64_t n_duties,
            const int64_t *to_zone_s, int64_t n_zones, const int64_t *by_free_s,
            const int32_t *preference, const int8_t *goes_along, const Rules *rules,
            int64_t *heap, int64_t *free) {
    Run r = {calls, duties, trips, to_zone_s, by_free_s, preference, goes_along, *rules,
             n_zones, heap, free, 0, 0, 0, 0, 0, {0}, {0}};
    for (int p = 0; p < PRIORITIES; p++) r.first[p] = r.last[p] = NONE;
    int64_t next_call = 0, next_start = 0, next_end = 0, assign_key = NEVER;
    int64_t given_up_at_s = NONE, given_up_to = NONE, stop = rules->horizon_s << TIME_BITS;
    for (;;) {
        int64_t heap_key = r.n_heap ? heap[0] : NEVER;
        int64_t call_key = next_call < n_calls ? call_keys[next_call] : NEVER;
        int64_t start_key = next_start < n_duties ? start_keys[next_start] : NEVER;
        int64_t end_key = next_end < n_duties ? end_keys[next_end] : NEVER;
        int64_t key = least(least(least(call_key, start_key), least(end_key, heap_key)), assign_key);
        if (key >= stop) return r.n_trips;
        int64_t now_s = key >> TIME_BITS, number = key & ID_MASK;
        int changed = 0;
        switch ((key >> RANK_BITS) & 15) {
        case ASSIGN:
            assign_key = NEVER;
            while (r.n_waiting > 0 && r.n_free > 0) {
                int64_t call = first_in_queue(&r, now_s, given_up_at_s == now_s ? given_up_to : NONE);
                if (call == NONE) break;
                assign(&r, call, now_s);
            }
            break;
        case DISPATCHABLE:
            next_call++;
            enqueue(&r, number);
            changed = 1;
            break;
        case RELEASED:
            pop(&r);
            changed = release(&r, number, now_s);
            break;
        case PATIENCE_ENDS:
            pop(&r);
            given_up_at_s = now_s;
            given_up_to = number;
            changed = release(&r, calls[number].duty, now_s);
            break;
        case DUTY_STARTS:
            if (key == heap_key) pop(&r);
            else next_start++;
            changed = start(&r, number, now_s);
            break;
        default:
            next_end++;
            end(&r, number, now_s);
        }
        if (changed) assign_key = (now_s << TIME_BITS) | ((int64_t)ASSIGN << RANK_BITS);
    }
}
