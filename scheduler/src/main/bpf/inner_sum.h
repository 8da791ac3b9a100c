/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one's complement sum of an IP packet inside another one, for the outer UDP checksum.
 *
 * A TCP or UDP segment with a right checksum sums up to the complement of its pseudo header, whatever
 * it carries: so the headers tell the sum of the whole packet (Linux calls it local checksum offload).
 * If the inner checksum is wrong, so is the outer one, and whoever checks either drops the packet.
 * What has no such checksum (fragments, extension headers, UDP without) is read to its end.
 */
#ifndef SHUNT_INNER_SUM_H
#define SHUNT_INNER_SUM_H

#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <bpf/bpf_helpers.h>
#include "ip4.h"
#include "link.h"
#include "sum.h"

#define NO_SUM		(-1)
/* Behind link header, outer headers and labels; the verifier wants a bound that it can see. */
#define INNER_MASK	127
#define REST_MASK	0x3fff
#define BIG_CHUNK	512
#define SMALL_CHUNK	16
/* Longer than any frame that a driver gives to XDP in one piece. */
#define MAX_CHUNKS	18

/* Whether a segment has a checksum that covers all of it. */
static __always_inline int is_summed(__u8 protocol, const struct udphdr *udp, __u32 bytes,
				     void *end)
{
	if (protocol == IPPROTO_TCP)
		return 1;
	return protocol == IPPROTO_UDP && (void *)(udp + 1) <= end && udp->check &&
	       bpf_ntohs(udp->len) == bytes;
}

static __always_inline int sum_by_header4(struct iphdr *ip, __u32 bytes, void *end)
{
	__u32 segment = bytes - ip->ihl * 4;

	if (bpf_ntohs(ip->tot_len) != bytes || ip->ihl < IP_MIN_WORDS || ip->ihl * 4 > bytes ||
	    ip->frag_off & bpf_htons(IP_OFFSET_MASK | IP_MORE) ||
	    !is_summed(ip->protocol, (void *)ip + ip->ihl * 4, segment, end))
		return NO_SUM;
	/* The IP header with its own checksum sums up to nothing. */
	return (__u16)~fold((__u64)ip->saddr + ip->daddr + bpf_htonl(segment) +
			    bpf_htonl(ip->protocol));
}

static __always_inline int sum_by_header6(struct ipv6hdr *ip, __u32 bytes, void *end)
{
	__u32 segment = bytes - sizeof(*ip);
	__u64 pseudo;

	if (bpf_ntohs(ip->payload_len) != segment ||
	    !is_summed(ip->nexthdr, (void *)(ip + 1), segment, end))
		return NO_SUM;
	pseudo = sum_words(&ip->saddr, 8) + bpf_htonl(segment) + bpf_htonl(ip->nexthdr);
	return fold(sum_words(ip, sizeof(*ip) / 4) + (__u16)~fold(pseudo));
}

/*
 * Calls: see look_up4(). at: where the inner IP header begins; bytes: how long the packet is. In
 * network order, as the bytes lie; NO_SUM if the headers do not tell.
 */
__attribute__((noinline)) int sum_by_headers(struct xdp_md *ctx, __u32 at, __u32 bytes)
{
	struct iphdr *ip = (void *)(long)ctx->data + (at & INNER_MASK);
	struct ipv6hdr *ip6 = (void *)ip;
	void *end = end_of(ctx);

	if ((void *)(ip + 1) > end)
		return NO_SUM;
	if (ip->version == 4)
		return sum_by_header4(ip, bytes, end);
	/* One pointer, or the compiler makes two of it and checks only one of them. */
	asm volatile("" : "+r"(ip6));
	if (ip6->version != 6 || (void *)(ip6 + 1) > end)
		return NO_SUM;
	return sum_by_header6(ip6, bytes, end);
}

/* What is behind the big chunks. A function of its own: the verifier goes through it once. */
__attribute__((noinline)) int sum_rest(struct xdp_md *ctx, __u32 at, __u32 bytes)
{
	void *from = (void *)(long)ctx->data + (at & REST_MASK);
	void *end = end_of(ctx);
	__u32 sum = 0, last = 0;
	int i;

	for (i = 0; i < BIG_CHUNK / SMALL_CHUNK && bytes >= SMALL_CHUNK; i++) {
		if (from + SMALL_CHUNK > end)
			return NO_SUM;
		sum = bpf_csum_diff(NULL, 0, from, SMALL_CHUNK, sum);
		from += SMALL_CHUNK;
		bytes -= SMALL_CHUNK;
	}
	for (i = 0; i < SMALL_CHUNK - 1 && bytes; i++) {
		if (from + 1 > end)
			return NO_SUM;
		/* As they lie the first byte of a pair is the low one. */
		last += (__u32)*(__u8 *)from << (i % 2 * 8);
		from++;
		bytes--;
	}
	return bytes ? NO_SUM : fold((__u64)sum + last);
}

/* The same by reading all of it; NO_SUM if it is too long or ends before. */
__attribute__((noinline)) int sum_by_bytes(struct xdp_md *ctx, __u32 at, __u32 bytes)
{
	void *from = (void *)(long)ctx->data + (at & INNER_MASK);
	void *end = end_of(ctx);
	__u32 sum = 0;
	int i, rest;

	for (i = 0; i < MAX_CHUNKS && bytes >= BIG_CHUNK; i++) {
		if (from + BIG_CHUNK > end)
			return NO_SUM;
		sum = bpf_csum_diff(NULL, 0, from, BIG_CHUNK, sum);
		from += BIG_CHUNK;
		bytes -= BIG_CHUNK;
	}
	rest = sum_rest(ctx, at + i * BIG_CHUNK, bytes);
	return rest == NO_SUM ? NO_SUM : fold((__u64)sum + rest);
}

#endif
