/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SYN cookies (RFC 4987 section 3.6; after D. J. Bernstein): the sequence number of a SYN-ACK says
 * all that must be known of its SYN, so that nothing is remembered until the client proves by its
 * answer that it is where it says it is.
 *
 * Every member of the array makes and checks the same cookies: the scheduler at its XDP hook and the
 * target where its stack begins. They agree by the wall clock, to a minute, and by keys out of the
 * array's secret.
 *
 *	sequence number:	keyed hash 27 | MSS 3 | minute 2
 *	timestamp:		milliseconds 27 | SACK 1 | window scale 4, 15: none
 *
 * The hash covers the flow, the client's sequence number, the minute and what else the cookie says.
 */
#ifndef SHUNT_COOKIE_H
#define SHUNT_COOKIE_H

#include "cookie_maps.h"
#include "flow.h"
#include "siphash.h"

/* A minute is 2^36 ns here, 69 s. */
#define COOKIE_MINUTE_SHIFT	36
#define COOKIE_MINUTE_MASK	3
#define COOKIE_KEY_SHIFT	(COOKIE_KEY_BITS - COOKIE_MINUTE_SHIFT)
#define COOKIE_MILLIS_SHIFT	20

#define COOKIE_MSS_SHIFT	2
#define COOKIE_MSS_MASK		7
#define COOKIE_HASH_MASK	0xffffffe0

#define COOKIE_SCALE_MASK	0xf
#define COOKIE_NO_SCALE		0xf
#define COOKIE_SACK		0x10
#define COOKIE_TIME_MASK	0xffffffe0

/* The scale of the window that our SYN-ACK promises: enough for the largest buffers there are. */
#define COOKIE_OWN_SCALE	7

/* What a cookie says of its SYN beside the flow. */
struct cookie {
	__u32 client;		/* sequence number of the SYN */
	__u8 mss;		/* index */
	__u8 times;		/* whether it had timestamps; without them there is no scale and no SACK */
	__u8 options;		/* COOKIE_SACK and scale */
};

/*
 * What clients say and what fits our links, as 0..7: 536 is the default, 1220 the least of IPv6,
 * 1436 and 1456 Ethernet with room for a label, the last that of jumbo frames.
 */
static __always_inline __u16 cookie_mss(__u32 index)
{
	switch (index & COOKIE_MSS_MASK) {
	case 0:
		return 536;
	case 1:
		return 1220;
	case 2:
		return 1300;
	case 3:
		return 1380;
	case 4:
		return 1412;
	case 5:
		return 1436;
	case 6:
		return 1456;
	default:
		return 8936;
	}
}

static __always_inline __u8 cookie_mss_index(__u16 mss, enum family family)
{
	__u8 index = family == IPV4 ? 0 : 1;
	__u8 i;

#pragma unroll
	for (i = 1; i <= COOKIE_MSS_MASK; i++)
		if (mss >= cookie_mss(i))
			index = i;
	return index;
}

/* nanos: CLOCK_MONOTONIC. 0: the wall clock is not known. */
static __always_inline __u64 cookie_wall(__u64 nanos)
{
	__u32 zero = 0;
	__u64 *ahead = bpf_map_lookup_elem(&cookie_clock, &zero);

	return ahead && *ahead ? nanos + *ahead : 0;
}

static __always_inline struct cookie_key *cookie_key(__u64 minute)
{
	__u64 number = minute >> COOKIE_KEY_SHIFT;
	__u32 slot = number & (COOKIE_KEYS - 1);
	struct cookie_key *key = bpf_map_lookup_elem(&cookie_keys, &slot);

	return key && key->number == number ? key : NULL;
}

static __always_inline __u32 cookie_hash(const union flow *flow, enum family family,
					 const struct cookie *cookie, __u64 minute,
					 const struct cookie_key *key)
{
	struct siphash sip = sip_begin(key->low, key->high);
	const __u64 *words = key_of(flow, family);
	int i;

#pragma unroll
	for (i = 0; i < FLOW_LONGS(family); i++)
		sip_word(&sip, words[i]);
	sip_word(&sip, minute);
	sip_word(&sip, (__u64)cookie->client << 32 | (__u32)cookie->mss << 16 |
		       (__u32)cookie->times << 8 | cookie->options);
	return sip_end(&sip, FLOW_LONGS(family) + 2) >> 32;
}

/* The sequence number of the SYN-ACK; key: cookie_key() of this minute. */
static __always_inline __u32 cookie_make(const union flow *flow, enum family family,
					 const struct cookie *cookie, __u64 minute,
					 const struct cookie_key *key)
{
	return (cookie_hash(flow, family, cookie, minute, key) & COOKIE_HASH_MASK) |
	       (__u32)cookie->mss << COOKIE_MSS_SHIFT | (minute & COOKIE_MINUTE_MASK);
}

/*
 * Whether an ACK completes a handshake that a cookie began: of this minute, of the last one, or of
 * one that has not quite begun by this machine's clock. cookie: with client, times and options; its
 * MSS is filled in.
 */
static __always_inline int cookie_check(const union flow *flow, enum family family,
					struct cookie *cookie, __u32 sequence, __u64 wall)
{
	__u64 now = wall >> COOKIE_MINUTE_SHIFT;
	__u64 minute = now + 1 - ((now + 1 - sequence) & COOKIE_MINUTE_MASK);
	struct cookie_key *key;

	if (minute + 1 < now)
		return 0;
	key = cookie_key(minute);
	if (!key)
		return 0;
	cookie->mss = sequence >> COOKIE_MSS_SHIFT & COOKIE_MSS_MASK;
	return !((cookie_hash(flow, family, cookie, minute, key) ^ sequence) & COOKIE_HASH_MASK);
}

#endif
