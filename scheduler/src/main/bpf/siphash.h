/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SipHash-2-4 (J.-P. Aumasson, D. J. Bernstein, 2012) over whole words of 64 bits, each taken as its
 * eight bytes, lowest first: a keyed hash that is fast for few words and that nobody without the key
 * can foretell.
 */
#ifndef SHUNT_SIPHASH_H
#define SHUNT_SIPHASH_H

#include <bpf/bpf_helpers.h>
#include <linux/types.h>

#define SIP_FINAL_ROUNDS	4

struct siphash {
	__u64 a, b, c, d;
};

static __always_inline __u64 rotate_left64(__u64 word, int bits)
{
	return (word << bits) | (word >> (64 - bits));
}

static __always_inline void sip_round(struct siphash *sip)
{
	sip->a += sip->b;
	sip->b = rotate_left64(sip->b, 13) ^ sip->a;
	sip->a = rotate_left64(sip->a, 32);
	sip->c += sip->d;
	sip->d = rotate_left64(sip->d, 16) ^ sip->c;
	sip->a += sip->d;
	sip->d = rotate_left64(sip->d, 21) ^ sip->a;
	sip->c += sip->b;
	sip->b = rotate_left64(sip->b, 17) ^ sip->c;
	sip->c = rotate_left64(sip->c, 32);
}

static __always_inline void sip_word(struct siphash *sip, __u64 word)
{
	sip->d ^= word;
	sip_round(sip);
	sip_round(sip);
	sip->a ^= word;
}

static __always_inline struct siphash sip_begin(__u64 low, __u64 high)
{
	struct siphash sip = {
		low ^ 0x736f6d6570736575ULL, high ^ 0x646f72616e646f6dULL,
		low ^ 0x6c7967656e657261ULL, high ^ 0x7465646279746573ULL,
	};

	return sip;
}

/* words: how many there were. */
static __always_inline __u64 sip_end(struct siphash *sip, __u64 words)
{
	int i;

	sip_word(sip, words * sizeof(__u64) << 56);
	sip->c ^= 0xff;
#pragma unroll
	for (i = 0; i < SIP_FINAL_ROUNDS; i++)
		sip_round(sip);
	return sip->a ^ sip->b ^ sip->c ^ sip->d;
}

#endif
