/* SPDX-License-Identifier: GPL-2.0 */
/* Flows and sessions of both families: one code, with tables of their own. */
#ifndef SHUNT_FLOW_H
#define SHUNT_FLOW_H

#include "maps.h"

/* A constant in every function that takes one, so that each family has code of its own. */
enum family {
	IPV4,
	IPV6,
};

/* A flow's length, in the words that it is compared and hashed by. */
#define FLOW_LONGS(family)	\
	((int)((family) == IPV4 ? sizeof(struct flow4) : sizeof(struct flow6)) / 8)

static __always_inline void *sessions_of(enum family family)
{
	return family == IPV4 ? (void *)&sessions4 : (void *)&sessions6;
}

/* The flow as the key of its family's table. */
static __always_inline const void *key_of(const union flow *flow, enum family family)
{
	return family == IPV4 ? (const void *)&flow->four : &flow->six;
}

static __always_inline __u64 *words_of(union flow *flow, enum family family)
{
	return family == IPV4 ? (__u64 *)&flow->four : (__u64 *)&flow->six;
}

static __always_inline int same_flow(const union flow *a, const union flow *b, enum family family)
{
	const __u64 *x = key_of(a, family), *y = key_of(b, family);
	__u64 difference = 0;
	int i;

#pragma unroll
	for (i = 0; i < FLOW_LONGS(family); i++)
		difference |= x[i] ^ y[i];
	return !difference;
}

#endif
