/* SPDX-License-Identifier: GPL-2.0 */
/* The Internet checksum (RFC 1071). */
#ifndef SHUNT_SUM_H
#define SHUNT_SUM_H

#include <linux/types.h>

/* The one's complement sum of 32-bit words, in whatever byte order they are in. */
static __always_inline __u64 sum_words(const void *from, int words)
{
	const __u32 *word = from;
	__u64 sum = 0;
	int i;

#pragma unroll
	for (i = 0; i < words; i++)
		sum += word[i];
	return sum;
}

static __always_inline __u16 fold(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + ((sum >> 16) & 0xffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16);
}

#endif
