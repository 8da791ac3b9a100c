/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The data plane's code without a single write to a table, to be run on the live ones.
 *
 * Included behind maps.h and before everything else. From there on the helpers' names mean what
 * stands here: what the code changes in place it gets as a copy, and goes on as if it had written;
 * what it adds, takes or tells goes nowhere. So nothing has to be said where a table is written,
 * and a table that is new has to be declared here before this compiles. That it is right is
 * proved by the verifier: a test loads it with all tables but its own read-only for programs. The
 * configuration is a copy of its own, for to the verifier every function may write what it is
 * handed a pointer to.
 *
 * By the way it is noted what the code looked up, which is the explanation.
 */
#ifndef SHUNT_DRY_H
#define SHUNT_DRY_H

#include "cookie_maps.h"
#include "handshake_maps.h"
#include "maps.h"

/* There is nothing to trace, for no packet comes, and nothing to send back. */
#define SHUNT_TRACE_H
#define account(ctx, outcome)	count_outcome(outcome)
#define SHUNT_BACK_H

#define DRY_EEXIST	17
#define DRY_E2BIG	7

/* told[0]: the question, and what was looked up for the answer. */
struct told {
	__u32 full;		/* asked: as if the session tables had no room */
	__u32 outcome;
	__u32 asides;		/* a bit for each that would be counted */
	__u32 service;		/* index of its counters + 1; 0: none was counted for */
	__u32 target;		/* slot + 1; 0: no packet was counted for one */
	__u32 place;		/* index in rows + 1 of the last look; 0: none */
	__u32 has_service;
	__u32 has_label;
	__u32 has_session;
	__u32 begins;		/* 1: would write to sessions4, if there is room; 2: to sessions6 */
	struct session found_session;
	struct label_entry found_label;	/* the first one that was looked up */
	struct service found_service;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct told);
} told SEC(".maps");

/* What the code may change. */
struct copies {
	struct session session;
	struct label_entry label;
	struct embryos embryos;
	struct clock clock;
	struct answers answers;
	struct session_event event;
	struct admission admission;
	struct refusals refusals;
	struct flood flood;
	struct tcp_options options;
	struct tunnel tunnel;
	__u64 turn;
	__s64 load;
	__u32 pending;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct copies);
} copies SEC(".maps");

/* Is never called: what calls it does not compile. */
void *undeclared(void)
	__attribute__((error("dry.h does not know whether this table may be written")));

static __always_inline struct told *dry_notes(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&told, &zero);
}

static __always_inline int is(const void *map, const void *one)
{
	return map == one;
}

/* Only the place of a counter is ever looked up: it is to be counted. */
static __always_inline void dry_count(struct told *notes, const void *map, __u32 key)
{
	if (is(map, &outcomes))
		notes->outcome = key;
	else if (is(map, &asides))
		notes->asides |= 1 << key % 32;
	else if (is(map, &service_traffic))
		notes->service = key + 1;
	else if (is(map, &target_traffic))
		notes->target = key + 1;
}

#define DRY_COPY(place, found)	\
	({ copy->place = *(typeof(copy->place) *)(found); (void *)&copy->place; })

/* What may be written, as a copy. */
static __always_inline void *dry_copy(struct told *notes, const void *map, void *found)
{
	__u32 zero = 0;
	struct copies *copy = bpf_map_lookup_elem(&copies, &zero);

	if (!copy || !found)
		return NULL;
	if (is(map, &sessions4) || is(map, &sessions6)) {
		notes->has_session = 1;
		notes->found_session = *(struct session *)found;
		return DRY_COPY(session, found);
	}
	if (is(map, &labels)) {
		if (!notes->has_label)
			notes->found_label = *(struct label_entry *)found;
		notes->has_label = 1;
		return DRY_COPY(label, found);
	}
	if (is(map, &embryos))
		return DRY_COPY(embryos, found);
	if (is(map, &clocks))
		return DRY_COPY(clock, found);
	if (is(map, &answers))
		return DRY_COPY(answers, found);
	if (is(map, &turns))
		return DRY_COPY(turn, found);
	if (is(map, &target_load))
		return DRY_COPY(load, found);
	if (is(map, &admissions))
		return DRY_COPY(admission, found);
	if (is(map, &refusals))
		return DRY_COPY(refusals, found);
	if (is(map, &floods))
		return DRY_COPY(flood, found);
	if (is(map, &flood_counts))
		return DRY_COPY(pending, found);
	if (is(map, &options_read))
		return DRY_COPY(options, found);
	if (is(map, &tunnels))
		return DRY_COPY(tunnel, found);
	return undeclared();
}

static __always_inline int is_read_only(const void *map)
{
	return is(map, &lease) || is(map, &vips4) || is(map, &vips6) || is(map, &services4) ||
	       is(map, &services6) || is(map, &rows) || is(map, &targets) ||
	       is(map, &own_label) || is(map, &holder) || is(map, &cookie_keys) ||
	       is(map, &cookie_clock) || is(map, &datagrams) || is(map, &tunnel_peers);
}

static __always_inline void *dry_lookup(void *map, const void *key)
{
	struct told *notes = dry_notes();
	void *found;

	if (!notes)
		return NULL;
	if (is(map, &outcomes) || is(map, &asides) || is(map, &service_traffic) ||
	    is(map, &target_traffic)) {
		dry_count(notes, map, *(const __u32 *)key);
		return NULL;
	}
	/* They only spare a look at the sessions. */
	if (is(map, &recents4) || is(map, &recents6))
		return NULL;
	found = bpf_map_lookup_elem(map, key);
	if (!is_read_only(map))
		return dry_copy(notes, map, found);
	if (is(map, &rows))
		notes->place = *(const __u32 *)key + 1;
	if (found && (is(map, &services4) || is(map, &services6))) {
		notes->has_service = 1;
		notes->found_service = *(struct service *)found;
		/* As with the configuration: it is handed to functions. */
		return &notes->found_service;
	}
	return found;
}

static __always_inline long dry_update(void *map, const void *key, const void *value, __u64 flags)
{
	struct told *notes = dry_notes();

	if (is(map, &datagrams) || is(map, &holder))
		return 0;
	if (!is(map, &sessions4) && !is(map, &sessions6))
		undeclared();
	if (flags & BPF_NOEXIST && bpf_map_lookup_elem(map, key))
		return -DRY_EEXIST;
	if (!notes)
		return -DRY_E2BIG;
	notes->begins = is(map, &sessions4) ? 1 : 2;
	return notes->full ? -DRY_E2BIG : 0;
}

static __always_inline void *dry_reserve(const void *map)
{
	__u32 zero = 0;
	struct copies *copy = bpf_map_lookup_elem(&copies, &zero);

	return is(map, &events) && copy ? &copy->event : NULL;
}

static __always_inline long dry_nothing(const void *what)
{
	return 0;
}

#define bpf_map_lookup_elem(map, key)			dry_lookup((void *)(map), (key))
#define bpf_map_update_elem(map, key, value, flags)	\
	dry_update((void *)(map), (key), (value), (flags))
#define bpf_map_delete_elem(map, key)			dry_nothing(key)
/* The next one, without taking it. */
#define bpf_map_pop_elem(map, value)			bpf_map_peek_elem(map, value)
#define bpf_map_push_elem(map, value, flags)		dry_nothing(value)
#define bpf_ringbuf_reserve(map, size, flags)		dry_reserve(map)
#define bpf_ringbuf_submit(event, flags)		dry_nothing(event)

#endif
