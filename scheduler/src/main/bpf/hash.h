/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hash that picks a bucket of a row: Bob Jenkins' lookup3 as the kernel's jhash2() has it,
 * over the 5-tuple in host order, so that every member and the loader (FlowHash) get the same.
 */
#ifndef SHUNT_HASH_H
#define SHUNT_HASH_H

#include <bpf/bpf_endian.h>
#include "flow.h"

#define JHASH_INITVAL	0xdeadbeef
#define FLOW4_WORDS	4
#define FLOW6_WORDS	10

struct hash {
	__u32 a, b, c;
};

static __always_inline __u32 rotate_left(__u32 word, int bits)
{
	return (word << bits) | (word >> (32 - bits));
}

static __always_inline struct hash hash_start(__u32 words, __u32 seed)
{
	__u32 start = JHASH_INITVAL + (words << 2) + seed;
	struct hash hash = { start, start, start };

	return hash;
}

/* Three words in, with others to follow. */
static __always_inline void hash_mix(struct hash *hash, __u32 first, __u32 second, __u32 third)
{
	__u32 a = hash->a + first, b = hash->b + second, c = hash->c + third;

	a -= c;  a ^= rotate_left(c, 4);  c += b;
	b -= a;  b ^= rotate_left(a, 6);  a += c;
	c -= b;  c ^= rotate_left(b, 8);  b += a;
	a -= c;  a ^= rotate_left(c, 16); c += b;
	b -= a;  b ^= rotate_left(a, 19); a += c;
	c -= b;  c ^= rotate_left(b, 4);  b += a;
	hash->a = a;
	hash->b = b;
	hash->c = c;
}

/* One word in, the last. */
static __always_inline __u32 hash_end(const struct hash *hash, __u32 last)
{
	__u32 a = hash->a + last, b = hash->b, c = hash->c;

	c ^= b; c -= rotate_left(b, 14);
	a ^= c; a -= rotate_left(c, 11);
	b ^= a; b -= rotate_left(a, 25);
	c ^= b; c -= rotate_left(b, 16);
	a ^= c; a -= rotate_left(c, 4);
	b ^= a; b -= rotate_left(a, 14);
	c ^= b; c -= rotate_left(b, 24);
	return c;
}

static __always_inline __u32 flow_hash4(const struct flow4 *flow, __u32 seed)
{
	struct hash hash = hash_start(FLOW4_WORDS, seed);

	hash_mix(&hash, bpf_ntohl(flow->source), bpf_ntohl(flow->destination),
		 (__u32)bpf_ntohs(flow->source_port) << 16 | bpf_ntohs(flow->destination_port));
	return hash_end(&hash, flow->protocol);
}

static __always_inline __u32 flow_hash6(const struct flow6 *flow, __u32 seed)
{
	struct hash hash = hash_start(FLOW6_WORDS, seed);

	hash_mix(&hash, bpf_ntohl(flow->source[0]), bpf_ntohl(flow->source[1]),
		 bpf_ntohl(flow->source[2]));
	hash_mix(&hash, bpf_ntohl(flow->source[3]), bpf_ntohl(flow->destination[0]),
		 bpf_ntohl(flow->destination[1]));
	hash_mix(&hash, bpf_ntohl(flow->destination[2]), bpf_ntohl(flow->destination[3]),
		 (__u32)bpf_ntohs(flow->source_port) << 16 | bpf_ntohs(flow->destination_port));
	return hash_end(&hash, flow->protocol);
}

/* An IPv6 address as a number of 32 bits: the sum of its words in host order. */
static __always_inline __u32 folded(const __be32 *address)
{
	return bpf_ntohl(address[0]) + bpf_ntohl(address[1]) + bpf_ntohl(address[2]) +
	       bpf_ntohl(address[3]);
}

static __always_inline __u32 flow_hash(const union flow *flow, enum family family, __u32 seed)
{
	return family == IPV4 ? flow_hash4(&flow->four, seed) : flow_hash6(&flow->six, seed);
}

/* By the client alone, so that all its sessions of a service go to one target. */
static __always_inline __u32 source_hash(const union flow *flow, enum family family, __u32 seed)
{
	union flow client = {};

	if (family == IPV4)
		client.four.source = flow->four.source;
	else
		__builtin_memcpy(client.six.source, flow->six.source, sizeof(client.six.source));
	return flow_hash(&client, family, seed);
}

/*
 * Another hash of a flow, of 64 bits, cheap, and of this machine alone: it finds embryos and recent
 * flows. Not keyed: who makes collisions displaces half-open sessions of one bucket.
 */
static __always_inline __u64 flow_mark(const union flow *flow, enum family family)
{
	const __u64 *words = key_of(flow, family);
	__u64 mark = words[0] * 0x9e3779b97f4a7c15ULL;
	int i;

#pragma unroll
	for (i = 1; i < FLOW_LONGS(family); i++)
		mark = (mark ^ mark >> 32 ^ words[i]) * 0xd6e8feb86659fd93ULL;
	mark = (mark ^ mark >> 32) * 0xd6e8feb86659fd93ULL;
	return mark ^ mark >> 32;
}

/* Spreads a hash over 0..size-1 by multiplication, which is cheaper than a remainder. */
static __always_inline __u32 bucket_of(__u32 hash, __u32 size)
{
	return (__u64)hash * size >> 32;
}

#endif
