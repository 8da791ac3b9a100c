/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The outer headers of MPLS in UDP (RFC 7510): whether they are such, whether they are right, and
 * taking them off. Strict: there is nobody behind us to check them. No maps: for members and edges.
 */
#ifndef SHUNT_OUTER_H
#define SHUNT_OUTER_H

#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include "inner_sum.h"
#include "ip4.h"
#include "link.h"
#include "shim.h"
#include "sum.h"

#define MPLS_PORT	6635
/* Lengths of an inner link header and of labels: bounds that the verifier can see. */
#define STACK_BYTES	(2 * SHIM_BYTES)

struct outer4 {
	struct iphdr ip;
	struct udphdr udp;
};

struct outer6 {
	struct ipv6hdr ip;
	struct udphdr udp;
};

/* An outer header that fits its frame. */
struct outer {
	__u32 bytes;		/* of IP and UDP header */
	__u32 payload;		/* of labels and packet */
	__u64 pseudo;		/* sum of the pseudo header's addresses */
};

enum outer_state {
	OUTER_GOOD,
	OUTER_FRAGMENT,
	OUTER_BROKEN,
	OUTER_UNSUMMED,		/* IPv6 without a checksum */
};

/* ip: a header that is there, whole. A first fragment is such a packet too. */
static __always_inline int is_mpls_in_udp4(struct iphdr *ip, void *end)
{
	struct udphdr *udp = (void *)ip + ip->ihl * 4;

	return ip->protocol == IPPROTO_UDP && !(ip->frag_off & bpf_htons(IP_OFFSET_MASK)) &&
	       (void *)(udp + 1) <= end && udp->dest == bpf_htons(MPLS_PORT);
}

static __always_inline int is_mpls_in_udp6(struct ipv6hdr *ip, void *end)
{
	struct udphdr *udp = (void *)(ip + 1);

	return ip->nexthdr == IPPROTO_UDP && (void *)(udp + 1) <= end &&
	       udp->dest == bpf_htons(MPLS_PORT);
}

static __always_inline int is_whole(const struct outer *outer, const struct udphdr *udp)
{
	return bpf_ntohs(udp->len) == sizeof(*udp) + outer->payload;
}

/* ip: is_mpls_in_udp4() */
static __always_inline enum outer_state read_outer4(struct iphdr *ip, void *end,
						    struct outer *outer)
{
	struct udphdr *udp = (void *)ip + ip->ihl * 4;
	__u32 total = bpf_ntohs(ip->tot_len);

	if (ip->frag_off & bpf_htons(IP_MORE))
		return OUTER_FRAGMENT;
	if (ip->ihl != IP_MIN_WORDS || total < sizeof(struct outer4) || (void *)ip + total > end ||
	    fold(sum_words(ip, sizeof(*ip) / 4)) != 0xffff || (void *)(udp + 1) > end)
		return OUTER_BROKEN;
	outer->bytes = sizeof(struct outer4);
	outer->payload = total - sizeof(struct outer4);
	outer->pseudo = (__u64)ip->saddr + ip->daddr;
	return is_whole(outer, udp) ? OUTER_GOOD : OUTER_BROKEN;
}

/* ip: is_mpls_in_udp6() */
static __always_inline enum outer_state read_outer6(struct ipv6hdr *ip, void *end,
						    struct outer *outer)
{
	struct udphdr *udp = (void *)(ip + 1);
	__u32 payload = bpf_ntohs(ip->payload_len);

	if (payload < sizeof(*udp) || (void *)(ip + 1) + payload > end || (void *)(udp + 1) > end)
		return OUTER_BROKEN;
	outer->bytes = sizeof(struct outer6);
	outer->payload = payload - sizeof(*udp);
	outer->pseudo = sum_words(&ip->saddr, 8);
	/* There is no UDP over IPv6 without a checksum (RFC 8200 section 8.1). */
	if (!udp->check)
		return OUTER_UNSUMMED;
	return is_whole(outer, udp) ? OUTER_GOOD : OUTER_BROKEN;
}

/* Of pseudo header and UDP header. */
static __always_inline __u64 sum_outer(const struct outer *outer, const struct udphdr *udp)
{
	return outer->pseudo + bpf_htonl(sizeof(*udp) + outer->payload) + bpf_htonl(IPPROTO_UDP) +
	       (__u64)udp->source + udp->dest + udp->len + udp->check;
}

/*
 * Whether the UDP checksum is right. Read are the headers: a packet whose inside is damaged its own
 * checksum tells apart. at: where the outer IP header begins; labels: bytes of the stack; shown: sum
 * of all before the packet inside.
 */
static __always_inline int is_right(struct xdp_md *ctx, const struct outer *outer, __u32 at,
				    __u32 labels, __u64 shown)
{
	__u32 inside = at + outer->bytes + labels;
	__u32 bytes = outer->payload - labels;
	int sum = sum_by_headers(ctx, inside, bytes);

	if (sum != NO_SUM && fold(shown + sum) == 0xffff)
		return 1;
	sum = sum_by_bytes(ctx, inside, bytes);
	return sum != NO_SUM && fold(shown + sum) == 0xffff;
}

/* Takes so many bytes out behind the link header. link: a constant. */
static __always_inline int cut_behind(struct xdp_md *ctx, __u32 bytes, __be16 ethertype,
				      __u32 link)
{
	void *frame = (void *)(long)ctx->data;
	void *to = frame + (bytes & 63);

	if (frame + TWO_TAGS > end_of(ctx) || to + TWO_TAGS > end_of(ctx))
		return -1;
	move_link(to, frame, link);
	*(__be16 *)(to + link - TYPE_BYTES) = ethertype;
	return bpf_xdp_adjust_head(ctx, bytes);
}

static __always_inline int cut(struct xdp_md *ctx, __u32 bytes, __be16 ethertype, __u32 link)
{
	if (link == UNTAGGED)
		return cut_behind(ctx, bytes, ethertype, UNTAGGED);
	if (link == ONE_TAG)
		return cut_behind(ctx, bytes, ethertype, ONE_TAG);
	return cut_behind(ctx, bytes, ethertype, TWO_TAGS);
}

#endif
