/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A packet that does not fit the wire with its label, and that nobody may cut: its sender is told
 * what fits (RFC 1191, RFC 8201), so that no path is a black hole.
 *
 * The answer comes from the VIP and goes back to where the frame came from. As much of the packet is
 * quoted as RFC 1812 section 4.3.2.3 and RFC 4443 section 2.4 allow.
 */
#ifndef SHUNT_TOO_BIG_H
#define SHUNT_TOO_BIG_H

#include "clock.h"
#include "icmp.h"
#include "nd.h"
#include "shim.h"

#define FRAGMENTATION_NEEDED	4
#define PACKET_TOO_BIG6		2
#define LEAST_MTU6		1280
#define ANSWER_TTL		64
#define IP_DONT			0x4000

#define ANSWER4_BYTES		576
#define ANSWER6_BYTES		LEAST_MTU6
#define QUOTE4_BYTES		(ANSWER4_BYTES - sizeof(struct answer4))
#define QUOTE6_BYTES		(ANSWER6_BYTES - sizeof(struct answer6))
/* So much is summed by one call of the kernel. */
#define SUM_BYTES		512

/* Answers of one CPU, as many as Linux gives by default (icmp_msgs_per_sec, icmp_msgs_burst). */
#define ANSWERS_BURST		50
#define ANSWER_NANOS		1000000ULL

struct answer4 {
	struct iphdr ip;
	struct icmp_error error;
};

struct answer6 {
	struct ipv6hdr ip;
	struct icmp_error error;
};

/* What of the link header follows the addresses, tags or not; and the type. */
struct link_rest {
	__be16 words[(TWO_TAGS - 2 * ETH_ALEN) / 2];
};

static __always_inline int may_answer(void)
{
	__u64 now = clock_now().nanos;
	__u32 zero = 0;
	struct answers *answers_left = bpf_map_lookup_elem(&answers, &zero);
	__u64 due;

	if (!answers_left)
		return 0;
	due = (now - answers_left->since) / ANSWER_NANOS;
	if (due >= ANSWERS_BURST - answers_left->left) {
		answers_left->left = ANSWERS_BURST;
		answers_left->since = now;
	} else {
		answers_left->left += due;
		answers_left->since += due * ANSWER_NANOS;
	}
	if (!answers_left->left)
		return 0;
	answers_left->left--;
	return 1;
}

/* Whether an address is one machine's (RFC 1122 section 3.2.2). */
static __always_inline int is_host4(__be32 address)
{
	__u8 first = bpf_ntohl(address) >> 24;

	return first && first != 127 && first < 224;
}

static __always_inline int is_host6(const __be32 *address)
{
	return !is_unspecified(address) && bpf_ntohl(address[0]) >> 24 != 0xff;
}

/* bytes: a constant. */
static __always_inline __u32 sum_quote(void *quote, __u32 bytes)
{
	__u32 sum = 0, at;

#pragma unroll
	for (at = 0; at + SUM_BYTES < bytes; at += SUM_BYTES)
		sum = bpf_csum_diff(NULL, 0, quote + at, SUM_BYTES, sum);
	return bpf_csum_diff(NULL, 0, quote + at, bytes - at, sum);
}

/*
 * Makes room for headers before the IP header and ends the frame after the quote; the link header
 * is then that of the answer. Returns where the answer begins, NULL if there is no room.
 */
static __always_inline void *open_answer(struct xdp_md *ctx, const struct config *cfg, __u32 link,
					 __u32 bytes, __u32 headers, __u32 quote)
{
	void *frame = (void *)(long)ctx->data;
	__u8 asker[ETH_ALEN];

	if (frame + ETH_HLEN > (void *)(long)ctx->data_end)
		return NULL;
	__builtin_memcpy(asker, frame + ETH_ALEN, ETH_ALEN);
	if (bpf_xdp_adjust_tail(ctx, (int)(link + quote) - (int)bytes) ||
	    bpf_xdp_adjust_head(ctx, -(int)headers))
		return NULL;
	frame = (void *)(long)ctx->data;
	if (frame + TWO_TAGS + headers > (void *)(long)ctx->data_end)
		return NULL;
	/* All that two tags would take; where there are none the answer is written over it. */
	*(struct link_rest *)(frame + 2 * ETH_ALEN) =
		*(struct link_rest *)(frame + headers + 2 * ETH_ALEN);
	address(frame, asker, cfg);
	return frame + link;
}

static __always_inline enum outcome answer_too_big4(struct xdp_md *ctx, const struct config *cfg,
						    __u32 link, __u32 bytes, __u32 mtu)
{
	struct iphdr *ip = (void *)(long)ctx->data + link;
	struct answer4 *answer;
	__be32 asker, vip;

	if ((void *)(ip + 1) > (void *)(long)ctx->data_end)
		return DROP_TOO_BIG;
	asker = ip->saddr;
	vip = ip->daddr;
	if (!(ip->frag_off & bpf_htons(IP_DONT)) || ip->frag_off & bpf_htons(IP_OFFSET_MASK) ||
	    bpf_ntohs(ip->tot_len) <= mtu || mtu < ANSWER4_BYTES || !is_host4(asker) ||
	    !may_answer())
		return DROP_TOO_BIG;

	answer = open_answer(ctx, cfg, link, bytes, sizeof(*answer), QUOTE4_BYTES);
	if (!answer || (void *)(answer + 1) + QUOTE4_BYTES > (void *)(long)ctx->data_end)
		return DROP_HEADROOM;
	__builtin_memset(answer, 0, sizeof(*answer));
	answer->ip.version = 4;
	answer->ip.ihl = IP_MIN_WORDS;
	answer->ip.tot_len = bpf_htons(ANSWER4_BYTES);
	answer->ip.ttl = ANSWER_TTL;
	answer->ip.protocol = IPPROTO_ICMP;
	answer->ip.saddr = vip;
	answer->ip.daddr = asker;
	answer->ip.check = ~fold(sum_words(&answer->ip, sizeof(answer->ip) / 4));
	answer->error.type = UNREACHABLE4;
	answer->error.code = FRAGMENTATION_NEEDED;
	answer->error.rest = bpf_htonl(mtu);
	answer->error.checksum = ~fold(sum_words(&answer->error, sizeof(answer->error) / 4) +
				       sum_quote(answer + 1, QUOTE4_BYTES));
	return TOO_BIG_ANSWER;
}

/* Fragments too: only their sender can cut them smaller. */
static __always_inline enum outcome answer_too_big6(struct xdp_md *ctx, const struct config *cfg,
						    __u32 link, __u32 bytes, __u32 mtu)
{
	struct ipv6hdr *ip = (void *)(long)ctx->data + link;
	struct answer6 *answer;
	__be32 asker[4], vip[4];

	if ((void *)(ip + 1) > (void *)(long)ctx->data_end)
		return DROP_TOO_BIG;
	__builtin_memcpy(asker, &ip->saddr, sizeof(asker));
	__builtin_memcpy(vip, &ip->daddr, sizeof(vip));
	if (sizeof(*ip) + bpf_ntohs(ip->payload_len) <= mtu || mtu < LEAST_MTU6 ||
	    !is_host6(asker) || !may_answer())
		return DROP_TOO_BIG;

	answer = open_answer(ctx, cfg, link, bytes, sizeof(*answer), QUOTE6_BYTES);
	if (!answer || (void *)(answer + 1) + QUOTE6_BYTES > (void *)(long)ctx->data_end)
		return DROP_HEADROOM;
	__builtin_memset(answer, 0, sizeof(*answer));
	answer->ip.version = 6;
	answer->ip.payload_len = bpf_htons(ANSWER6_BYTES - sizeof(answer->ip));
	answer->ip.nexthdr = IPPROTO_ICMPV6;
	answer->ip.hop_limit = ANSWER_TTL;
	__builtin_memcpy(&answer->ip.saddr, vip, sizeof(vip));
	__builtin_memcpy(&answer->ip.daddr, asker, sizeof(asker));
	answer->error.type = PACKET_TOO_BIG6;
	answer->error.rest = bpf_htonl(mtu);
	answer->error.checksum = ~fold(sum_pseudo(&answer->ip, ANSWER6_BYTES - sizeof(answer->ip)) +
				       sum_words(&answer->error, sizeof(answer->error) / 4) +
				       sum_quote(answer + 1, QUOTE6_BYTES));
	return TOO_BIG_ANSWER;
}

/* Calls: see look_up4(). link: bytes of the link header; bytes: of the frame; mtu: what fits. */
__attribute__((noinline)) int too_big4(struct xdp_md *ctx, const struct config *cfg, __u32 link,
				       __u32 bytes, __u32 mtu)
{
	return cfg ? answer_too_big4(ctx, cfg, link & LINK_MASK, bytes, mtu) : DROP_TOO_BIG;
}

__attribute__((noinline)) int too_big6(struct xdp_md *ctx, const struct config *cfg, __u32 link,
				       __u32 bytes, __u32 mtu)
{
	return cfg ? answer_too_big6(ctx, cfg, link & LINK_MASK, bytes, mtu) : DROP_TOO_BIG;
}

#endif
