/* SPDX-License-Identifier: GPL-2.0 */
/*
 * MPLS in UDP (RFC 7510) that arrives at a server's host, from a member of the array behind a router.
 * The outer headers come off, and the target's label if a session's is below it: what is left is a
 * frame as it comes where no router is between.
 */
#ifndef SHUNT_EDGE_DECAP_H
#define SHUNT_EDGE_DECAP_H

#include "address6.h"
#include "edge_learn.h"
#include "outer.h"

/* What leave_tunnel() says beside outcomes. */
enum edge_arrival {
	EDGE_NO_TUNNEL = EDGE_OUTCOMES,	/* nothing of ours, unchanged */
	EDGE_LABELLED,			/* now a frame with one label */
};

static __always_inline int edge_arrival_of(enum outer_state state)
{
	switch (state) {
	case OUTER_GOOD:
		return EDGE_LABELLED;
	case OUTER_FRAGMENT:
		return IN_DROP_TUNNEL_FRAGMENT;
	case OUTER_UNSUMMED:
		return IN_DROP_TUNNEL_CHECKSUM;
	default:
		return IN_DROP_TUNNEL_HEADER;
	}
}

static __always_inline int arrive4(struct iphdr *ip, const struct edge_config *cfg, void *end,
				   struct outer *outer)
{
	__be32 sender[4];

	if ((void *)(ip + 1) > end || ip->version != 4 || !cfg->own4 || ip->daddr != cfg->own4 ||
	    !is_mpls_in_udp4(ip, end))
		return EDGE_NO_TUNNEL;
	map4(sender, ip->saddr);
	if (!is_among(&members, sender))
		return IN_DROP_TUNNEL_SENDER;
	return edge_arrival_of(read_outer4(ip, end, outer));
}

static __always_inline int arrive6(struct ipv6hdr *ip, const struct edge_config *cfg, void *end,
				   struct outer *outer)
{
	/* No packet comes for the unspecified address, which own6 is if there is no own one. */
	if ((void *)(ip + 1) > end || ip->version != 6 ||
	    !same_address6(ip->daddr.in6_u.u6_addr32, cfg->own6) || !is_mpls_in_udp6(ip, end))
		return EDGE_NO_TUNNEL;
	if (!is_among(&members, ip->saddr.in6_u.u6_addr32))
		return IN_DROP_TUNNEL_SENDER;
	return edge_arrival_of(read_outer6(ip, end, outer));
}

/* Members put a target's label on top, and a session's below it if there is one. */
static __always_inline int open_stack(struct xdp_md *ctx, const struct outer *outer, __u32 link)
{
	void *ip = (void *)(long)ctx->data + link;
	struct udphdr *udp = ip + (outer->bytes & 63) - sizeof(*udp);
	__be32 *stack = (void *)(udp + 1);
	__u32 top, below, depth = SHIM_BYTES;
	__u64 shown;

	if ((void *)(stack + 1) > end_of(ctx) || outer->payload < depth)
		return IN_DROP_TRUNCATED;
	top = bpf_ntohl(*stack);
	shown = sum_outer(outer, udp) + *stack;
	if (SHIM_LABEL(top) < EDGE_FIRST_LABEL || SHIM_LABEL(top) >= LABEL_LIMIT)
		return IN_DROP_TUNNEL_LABEL;
	if (SHIM_TTL(top) == 0)
		return IN_DROP_TTL;
	if (!(top & SHIM_BOTTOM)) {
		depth = STACK_BYTES;
		if ((void *)(stack + 2) > end_of(ctx) || outer->payload < depth)
			return IN_DROP_TRUNCATED;
		below = bpf_ntohl(stack[1]);
		shown += stack[1];
		if (!is_session_label(SHIM_LABEL(below)))
			return IN_DROP_TUNNEL_LABEL;
	}
	if (udp->check && !is_right(ctx, outer, link, depth, shown))
		return IN_DROP_TUNNEL_CHECKSUM;
	return cut(ctx, outer->bytes + depth - SHIM_BYTES, bpf_htons(ETH_P_MPLS_UC), link) ?
		       IN_DROP_HEADROOM : EDGE_LABELLED;
}

/*
 * By itself, so that the verifier goes through it once. link: bytes of the link header; ethertype: of
 * what is behind it. An outcome, or an arrival.
 */
__attribute__((noinline)) int leave_tunnel(struct xdp_md *ctx, const struct edge_config *cfg,
					   __u32 link, __u32 ethertype)
{
	struct outer outer = {};
	void *ip = (void *)(long)ctx->data + (link & LINK_MASK);
	int arrival = EDGE_NO_TUNNEL;

	if (!cfg)
		return EDGE_NO_TUNNEL;
	if (ethertype == bpf_htons(ETH_P_IP))
		arrival = arrive4(ip, cfg, end_of(ctx), &outer);
	else if (ethertype == bpf_htons(ETH_P_IPV6))
		arrival = arrive6(ip, cfg, end_of(ctx), &outer);
	return arrival == EDGE_LABELLED ? open_stack(ctx, &outer, link & LINK_MASK) : arrival;
}

#endif
