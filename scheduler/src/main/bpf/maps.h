/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tables. All are bounded; the loader sets the sizes marked "set by the loader" before it
 * creates them. Large arrays can be mapped: to look at all of one is then no call an entry.
 */
#ifndef SHUNT_MAPS_H
#define SHUNT_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "layout.h"

/* 1560 traces. */
#define TRACE_BYTES	262144

/* A map as well, but one that needs no look-up: every packet reads it. */
struct config config SEC(".data.config");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SHARE_LEASE + 1);
	__type(key, __u32);
	__type(value, struct lease);
} lease SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_VIPS);
	__type(key, __be32);
	__type(value, __u32);
} vips4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_VIPS);
	__type(key, __be32[4]);
	__type(value, __u32);
} vips6 SEC(".maps");

struct vip_filter vip_filter SEC(".data.vip_filter");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);			/* set by the loader */
	__type(key, struct service_key4);
	__type(value, struct service);
} services4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);			/* set by the loader */
	__type(key, struct service_key6);
	__type(value, struct service);
} services6 SEC(".maps");

/*
 * Two rows for each service: the loader fills the idle one through shared memory and then
 * switches over by one update of the service, so that no packet ever sees half a row.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);			/* set by the loader */
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, __u32);			/* target label */
} rows SEC(".maps");

/* How many sessions each service has opened by turns, by the service's index. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);			/* set by the loader */
	__type(key, __u32);
	__type(value, __u64);
} turns SEC(".maps");

/* Live sessions of each target: counted here, put right by the loader through shared memory. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAX_TARGETS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, __s64);
} target_load SEC(".maps");

/* Limits of new sessions, by the service's index; written from both sides, each field by field. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);			/* set by the loader */
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct admission);
} admissions SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);			/* set by the loader */
	__type(key, __u32);
	__type(value, struct refusals);
} refusals SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAX_TARGETS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct target);
} targets SEC(".maps");

/* The label of this machine as a target; 0: it is none. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} own_label SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAX_TARGETS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct tunnel);
} tunnels SEC(".maps");

/*
 * By data address, IPv4 as mapped: the index of the first tunnel there. A member's; with the sign set
 * a server's, from which nothing is taken.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_TARGETS);
	__type(key, __be32[4]);
	__type(value, __u32);
} tunnel_peers SEC(".maps");

/* Written from both sides, each field by field. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, LABELS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct label_entry);
} labels SEC(".maps");

/* Free pairs of session labels, by number; the loader refills it. */
struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 1);			/* set by the loader */
	__type(value, __u32);
} label_pool SEC(".maps");

/* Not an LRU: a live session is never pushed out by a newer one. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);			/* set by the loader */
	__type(key, struct flow4);
	__type(value, struct session);
} sessions4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);			/* set by the loader */
	__type(key, struct flow6);
	__type(value, struct session);
} sessions6 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct holder);
} holder SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, EMBRYO_BUCKETS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct embryos);
} embryos SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);			/* set by the loader */
	__type(key, __u32);
	__type(value, struct flood);
} floods SEC(".maps");

/* What a CPU has not yet added to them. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);			/* set by the loader */
	__type(key, __u32);
	__type(value, __u32);
} flood_counts SEC(".maps");

/* What a CPU has just looked up; of no value to another program, so never pinned. */
struct clock {
	__u64 tick;
	__u64 nanos;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct clock);
} clocks SEC(".maps");

/* A cache line. */
struct recent {
	union flow flow __attribute__((aligned(8)));
	__u64 tick;
	__u32 target;		/* label */
	__u32 service;		/* as in struct session */
	__u32 packets;		/* not yet in the session */
	__u32 label;		/* as in struct session */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, RECENT_FLOWS);
	__type(key, __u32);
	__type(value, struct recent);
} recents4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, RECENT_FLOWS);
	__type(key, __u32);
	__type(value, struct recent);
} recents6 SEC(".maps");

/* A datagram that comes in fragments (RFC 791, RFC 8200); IPv4 addresses in the first word. */
struct datagram_key {
	__be32 source[4];
	__be32 destination[4];
	__u32 id;
	__u8 family;
	__u8 protocol;		/* IPv4 only */
	__u8 pad[2];
};

/* What was decided for its first fragment. */
struct datagram {
	__u64 since;		/* as session.last_seen */
	__u32 target;		/* label; 0 if there is none */
	__u32 service;		/* as in struct session */
	__u32 otherwise;	/* outcome, OUTCOMES if it goes to the target */
	__u32 headers;		/* bytes of the datagram that hold them */
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, MAX_DATAGRAMS);
	__type(key, struct datagram_key);
	__type(value, struct datagram);
} datagrams SEC(".maps");

/* How many answers a CPU may give now. */
struct answers {
	__u64 since;
	__u64 left;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct answers);
} answers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);		/* set by the loader */
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, OUTCOMES);
	__type(key, __u32);
	__type(value, __u64);
} outcomes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ASIDES);
	__type(key, __u32);
	__type(value, __u64);
} asides SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);			/* set by the loader */
	__type(key, __u32);
	__type(value, struct traffic);
} service_traffic SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, MAX_TARGETS);
	__type(key, __u32);
	__type(value, struct traffic);
} target_traffic SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct tracing);
} tracing SEC(".maps");

/* A trace while it is made, and how many packets of this CPU are passed over before the next. */
struct trace_room {
	struct trace trace;
	__u64 skip;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct trace_room);
} trace_room SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, TRACE_BYTES);
} traces SEC(".maps");

#endif
