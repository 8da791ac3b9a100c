/* SPDX-License-Identifier: GPL-2.0 */
/* What SYN cookies are made and checked with; the scheduler's program and the target's share it. */
#ifndef SHUNT_COOKIE_MAPS_H
#define SHUNT_COOKIE_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "layout.h"

/* By number, modulo COOKIE_KEYS: the one before, the current one and those to come. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, COOKIE_KEYS);
	__type(key, __u32);
	__type(value, struct cookie_key);
} cookie_keys SEC(".maps");

/* How far the wall clock is ahead of CLOCK_MONOTONIC, nanoseconds; 0: not known yet. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} cookie_clock SEC(".maps");

#endif
