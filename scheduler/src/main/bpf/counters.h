/* SPDX-License-Identifier: GPL-2.0 */
/* Counting, per CPU and therefore without atomic operations. */
#ifndef SHUNT_COUNTERS_H
#define SHUNT_COUNTERS_H

#include "maps.h"

static __always_inline void count_outcome(enum outcome outcome)
{
	__u32 key = outcome;
	__u64 *packets = bpf_map_lookup_elem(&outcomes, &key);

	if (packets)
		(*packets)++;
}

static __always_inline void count_aside(enum aside aside)
{
	__u32 key = aside;
	__u64 *times = bpf_map_lookup_elem(&asides, &key);

	if (times)
		(*times)++;
}

static __always_inline void count_traffic(void *map, __u32 index, __u32 bytes)
{
	struct traffic *traffic = bpf_map_lookup_elem(map, &index);

	if (traffic) {
		traffic->packets++;
		traffic->bytes += bytes;
	}
}

#endif
