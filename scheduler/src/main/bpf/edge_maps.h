/* SPDX-License-Identifier: GPL-2.0 */
/* The edge's tables and counters. */
#ifndef SHUNT_EDGE_MAPS_H
#define SHUNT_EDGE_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "edge_layout.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct edge_config);
} config SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, EDGE_MAX_PREFIXES);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct prefix_key);
	__type(value, __u32);
} vips SEC(".maps");

/* Whom labels in UDP are taken from. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, EDGE_MAX_PREFIXES);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct prefix_key);
	__type(value, __u32);
} members SEC(".maps");

/*
 * An LRU: a flow whose label is pushed out goes on without one. Of both families, unlike the array's
 * sessions: a host has no flow of one family to spare for another.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1);			/* set by the loader */
	__type(key, struct flow6);
	__type(value, struct learned);
} learned SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, EDGE_MAX_ANNOUNCED);
	__type(key, struct vip);
	__type(value, struct announced);
} announced SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, EDGE_OUTCOMES);
	__type(key, __u32);
	__type(value, __u64);
} outcomes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, EDGE_ASIDES);
	__type(key, __u32);
	__type(value, __u64);
} asides SEC(".maps");

static __always_inline void count_outcome(enum edge_outcome outcome)
{
	__u32 key = outcome;
	__u64 *packets = bpf_map_lookup_elem(&outcomes, &key);

	if (packets)
		(*packets)++;
}

static __always_inline void count_aside(enum edge_aside aside)
{
	__u32 key = aside;
	__u64 *times = bpf_map_lookup_elem(&asides, &key);

	if (times)
		(*times)++;
}

/* prefixes: vips or members; address: of 16 bytes. */
static __always_inline int is_among(void *prefixes, const __be32 *address)
{
	struct prefix_key key = { .length = 128 };

	__builtin_memcpy(key.address, address, sizeof(key.address));
	return bpf_map_lookup_elem(prefixes, &key) != NULL;
}

static __always_inline int is_vip(const __be32 *address)
{
	return is_among(&vips, address);
}

#endif
