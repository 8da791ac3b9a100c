/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Embryonic sessions: a SYN was seen and nothing more. They only have to lead a repeated SYN and
 * the second packet to the target of the first, and a flood of them must reach no session.
 *
 * A cache of one word each, four to a bucket, the oldest gives way: what an LRU hash does at a tenth
 * of its cost. A word is written whole, so that two CPUs never mix two embryos. It has no key but 32
 * bits of the flow's mark beside the bits that chose the bucket: one in 2^46 flows is taken
 * for another, and then goes where that one went.
 */
#ifndef SHUNT_EMBRYO_H
#define SHUNT_EMBRYO_H

#include "clock.h"
#include "hash.h"

/* tag 32 | time 16 | asked for labels 1 | target slot + 1, 15; 0: empty */
#define EMBRYO_TAG(word)	((__u32)((word) >> 32))
#define EMBRYO_TIME(word)	((__u16)((word) >> 16))
#define EMBRYO_ASKED(word)	((__u32)(word) >> 15 & 1)
#define EMBRYO_SLOT(word)	((__u32)(word) & 0x7fff)

/* A quarter of a second, so that 16 bits last for hours. */
#define EMBRYO_TIME_SHIFT	28
#define EMBRYO_LIFE		(60 * 1000000000ULL >> EMBRYO_TIME_SHIFT)

static __always_inline struct embryos *embryos_of(__u64 mark)
{
	__u32 bucket = mark & (EMBRYO_BUCKETS - 1);

	return bpf_map_lookup_elem(&embryos, &bucket);
}

/*
 * Has the bucket fetched from memory while the CPU does other things: both its fetch and that of a
 * bucket of the session table are misses of all caches, and a new flow has to wait for each.
 */
static __always_inline void embryo_touch(__u64 mark)
{
	struct embryos *bucket = embryos_of(mark);

	if (bucket)
		(void)*(volatile __u64 *)&bucket->words[0];
}

/* One more than it is: another CPU's clock may be ahead, see clock.h, and that is not hours ago. */
static __always_inline __u16 embryo_age(__u64 word, __u64 nanos)
{
	return (__u16)(nanos >> EMBRYO_TIME_SHIFT) - EMBRYO_TIME(word) + 1;
}

/*
 * The target's label of the flow's embryo, which is even, or the odd one above it if the client
 * asked for labels; 0 if there is none.
 */
static __always_inline __u32 embryo_target(__u64 mark, __u64 nanos)
{
	struct embryos *bucket = embryos_of(mark);
	int i;

	if (!bucket)
		return 0;
#pragma unroll
	for (i = 0; i < EMBRYO_WAYS; i++) {
		__u64 word = *(volatile __u64 *)&bucket->words[i];

		if (word && EMBRYO_TAG(word) == mark >> 32 &&
		    embryo_age(word, nanos) <= EMBRYO_LIFE)
			return FIRST_TARGET_LABEL + 2 * (EMBRYO_SLOT(word) - 1) +
			       EMBRYO_ASKED(word);
	}
	return 0;
}

/* label: the target's, and one more if the client asked; 0 forgets the embryo. */
static __always_inline void embryo_put(__u64 mark, __u64 nanos, __u32 label)
{
	struct embryos *bucket = embryos_of(mark);
	__u32 slot = (label - FIRST_TARGET_LABEL) / 2 + 1;
	int i, way = 0;
	__u32 oldest = 0;

	if (!bucket)
		return;
#pragma unroll
	for (i = 0; i < EMBRYO_WAYS; i++) {
		__u64 word = *(volatile __u64 *)&bucket->words[i];
		__u32 age = word ? embryo_age(word, nanos) : 1 << 16;

		if (word && EMBRYO_TAG(word) == mark >> 32)
			age = 1 << 17;
		if (age >= oldest) {
			oldest = age;
			way = i;
		}
	}
	if (label || oldest == 1 << 17)
		bucket->words[way & (EMBRYO_WAYS - 1)] =
			label ? mark >> 32 << 32 |
				(__u64)(__u16)(nanos >> EMBRYO_TIME_SHIFT) << 16 |
				(label & 1) << 15 | slot : 0;
}

#endif
