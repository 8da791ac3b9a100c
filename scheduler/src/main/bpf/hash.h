/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hash that picks a bucket of a row: Bob Jenkins' lookup3 as the kernel's jhash2() has it,
 * over the 5-tuple in host order, so that every member and the loader (FlowHash) get the same.
 */
#ifndef SHUNT_HASH_H
#define SHUNT_HASH_H

#include <bpf/bpf_endian.h>
#include "layout.h"

#define JHASH_INITVAL	0xdeadbeef
#define FLOW_WORDS	4

static __always_inline __u32 rotate_left(__u32 word, int bits)
{
	return (word << bits) | (word >> (32 - bits));
}

static __always_inline __u32 flow_hash(const struct flow4 *flow, __u32 seed)
{
	__u32 a, b, c;

	a = b = c = JHASH_INITVAL + (FLOW_WORDS << 2) + seed;

	a += bpf_ntohl(flow->source);
	b += bpf_ntohl(flow->destination);
	c += (__u32)bpf_ntohs(flow->source_port) << 16 | bpf_ntohs(flow->destination_port);

	a -= c;  a ^= rotate_left(c, 4);  c += b;
	b -= a;  b ^= rotate_left(a, 6);  a += c;
	c -= b;  c ^= rotate_left(b, 8);  b += a;
	a -= c;  a ^= rotate_left(c, 16); c += b;
	b -= a;  b ^= rotate_left(a, 19); a += c;
	c -= b;  c ^= rotate_left(b, 4);  b += a;

	a += flow->protocol;

	c ^= b; c -= rotate_left(b, 14);
	a ^= c; a -= rotate_left(c, 11);
	b ^= a; b -= rotate_left(a, 25);
	c ^= b; c -= rotate_left(b, 16);
	a ^= c; a -= rotate_left(c, 4);
	b ^= a; b -= rotate_left(a, 14);
	c ^= b; c -= rotate_left(b, 24);
	return c;
}

/*
 * Another hash of a flow, of 64 bits, cheap, and of this machine alone: it finds embryos and recent
 * flows. Not keyed: who makes collisions displaces half-open sessions of one bucket.
 */
static __always_inline __u64 flow_mark(const struct flow4 *flow)
{
	const __u64 *words = (const __u64 *)flow;
	__u64 mark = words[0] * 0x9e3779b97f4a7c15ULL;

	mark = (mark ^ mark >> 32 ^ words[1]) * 0xd6e8feb86659fd93ULL;
	mark = (mark ^ mark >> 32) * 0xd6e8feb86659fd93ULL;
	return mark ^ mark >> 32;
}

/* Spreads a hash over 0..size-1 by multiplication, which is cheaper than a remainder. */
static __always_inline __u32 bucket_of(__u32 hash, __u32 size)
{
	return (__u64)hash * size >> 32;
}

#endif
