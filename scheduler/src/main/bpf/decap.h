/* SPDX-License-Identifier: GPL-2.0 */
/*
 * MPLS in UDP that arrives (RFC 7510): from a member, at one of this machine's data addresses. The
 * outer headers and the top label, this machine's own, come off; a label below it is then treated as
 * if it had come on an Ethernet frame. Strict: there is nobody behind us to check the outer headers.
 */
#ifndef SHUNT_DECAP_H
#define SHUNT_DECAP_H

#include "address6.h"
#include "encap.h"
#include "mpls.h"

#define LEAST_PATH4	576
#define LEAST_PATH6	LEAST_MTU6

/* What leave_tunnel() says beside outcomes. */
enum arrival {
	NO_TUNNEL = OUTCOMES,	/* nothing of ours, unchanged */
	LABEL_BELOW,		/* now a frame with the session's label */
	LABEL_AFAR,		/* now a frame with another target's label, its TTL lowered */
};

/* What of a tunnelled packet an ICMP error quotes. */
struct quoted4 {
	struct icmp_error error;
	struct iphdr ip;
	struct udphdr udp;
};

struct quoted6 {
	struct icmp_error error;
	struct ipv6hdr ip;
	struct udphdr udp;
};

/* A router's word about the path to a peer. It may lower what is sent, down to what all paths take. */
static __always_inline void narrow(int slot, __u32 mtu, __u32 least)
{
	/* Where there is no peer, no tunnel has that slot either. */
	struct tunnel *tunnel = tunnel_of(slot & PEER_SLOT);

	if (!tunnel || mtu < least)
		return;
	tunnel->since = clock_now().nanos;
	tunnel->mtu = mtu;
	count_aside(PATH_NARROWED);
}

static __always_inline void hear_error4(struct iphdr *ip, const struct config *cfg, void *end)
{
	struct quoted4 *quoted = (void *)ip + ip->ihl * 4;

	if ((void *)(quoted + 1) > end || quoted->error.type != UNREACHABLE4 ||
	    quoted->error.code != FRAGMENTATION_NEEDED || quoted->ip.ihl != IP_MIN_WORDS ||
	    quoted->ip.saddr != cfg->own4 || quoted->ip.protocol != IPPROTO_UDP ||
	    quoted->udp.dest != bpf_htons(MPLS_PORT))
		return;
	narrow(peer_slot4(quoted->ip.daddr), bpf_ntohl(quoted->error.rest) & 0xffff, LEAST_PATH4);
}

static __always_inline void hear_error6(struct ipv6hdr *ip, const struct config *cfg, void *end)
{
	struct quoted6 *quoted = (void *)(ip + 1);

	if ((void *)(quoted + 1) > end || quoted->error.type != PACKET_TOO_BIG6 ||
	    !same_address6(quoted->ip.saddr.in6_u.u6_addr32, cfg->own6) ||
	    quoted->ip.nexthdr != IPPROTO_UDP || quoted->udp.dest != bpf_htons(MPLS_PORT))
		return;
	narrow(peer_slot6(&quoted->ip.daddr), bpf_ntohl(quoted->error.rest), LEAST_PATH6);
}

static __always_inline int arrival_of(enum outer_state state)
{
	switch (state) {
	case OUTER_GOOD:
		return LABEL_BELOW;
	case OUTER_FRAGMENT:
		return DROP_TUNNEL_FRAGMENT;
	case OUTER_UNSUMMED:
		return DROP_TUNNEL_CHECKSUM;
	default:
		return DROP_TUNNEL_HEADER;
	}
}

/* LABEL_BELOW: a tunnel's packet with good headers. */
static __always_inline int check_outer4(struct iphdr *ip, const struct config *cfg, void *end,
					struct outer *outer)
{
	if ((void *)(ip + 1) > end || ip->daddr != cfg->own4 || ip->version != 4)
		return NO_TUNNEL;
	if (ip->protocol == IPPROTO_ICMP)
		hear_error4(ip, cfg, end);
	if (!is_mpls_in_udp4(ip, end))
		return NO_TUNNEL;
	if (peer_slot4(ip->saddr) < 0)
		return DROP_TUNNEL_SENDER;
	return arrival_of(read_outer4(ip, end, outer));
}

static __always_inline int check_outer6(struct ipv6hdr *ip, const struct config *cfg, void *end,
					struct outer *outer)
{
	if ((void *)(ip + 1) > end || ip->version != 6 ||
	    !same_address6(ip->daddr.in6_u.u6_addr32, cfg->own6))
		return NO_TUNNEL;
	if (ip->nexthdr == IPPROTO_ICMPV6)
		hear_error6(ip, cfg, end);
	if (!is_mpls_in_udp6(ip, end))
		return NO_TUNNEL;
	if (peer_slot6(&ip->saddr) < 0)
		return DROP_TUNNEL_SENDER;
	return arrival_of(read_outer6(ip, end, outer));
}

static __always_inline int take_out(struct xdp_md *ctx, const struct outer *outer, __u32 link)
{
	void *ip = (void *)(long)ctx->data + link;
	struct udphdr *udp = ip + (outer->bytes & 63) - sizeof(*udp);
	__be32 *stack = (void *)(udp + 1);
	__u32 shim, label, depth = SHIM_BYTES;
	struct label_entry *entry;
	__u64 shown;

	if ((void *)(stack + 1) > end_of(ctx) || outer->payload < depth)
		return DROP_LABEL_TRUNCATED;
	shim = bpf_ntohl(*stack);
	label = SHIM_LABEL(shim);
	shown = sum_outer(outer, udp) + *stack;
	if (!(shim & SHIM_BOTTOM)) {
		depth = STACK_BYTES;
		if ((void *)(stack + 2) > end_of(ctx) || outer->payload < depth)
			return DROP_LABEL_TRUNCATED;
		shown += stack[1];
	}
	if (SHIM_TTL(shim) == 0)
		return DROP_LABEL_TTL;
	/* RFC 7510 section 4: the receiver gave out the top label. Sessions' are nobody's own. */
	entry = label < FIRST_SESSION_LABEL ? bpf_map_lookup_elem(&labels, &label) : NULL;
	if (!entry || (entry->action != LABEL_TO_STACK && entry->action != LABEL_TO_TUNNEL))
		return DROP_LABEL_UNKNOWN;
	if (udp->check && !is_right(ctx, outer, link, depth, shown))
		return DROP_TUNNEL_CHECKSUM;
	if (entry->action == LABEL_TO_TUNNEL) {
		if (SHIM_TTL(shim) == 1)
			return DROP_LABEL_TTL;
		stack = (void *)(long)ctx->data + link + (outer->bytes & 63);
		if ((void *)(stack + 1) > end_of(ctx))
			return DROP_LABEL_TRUNCATED;
		*stack = bpf_htonl(shim - 1);
		return cut(ctx, outer->bytes, bpf_htons(ETH_P_MPLS_UC), link) ? DROP_HEADROOM :
										LABEL_AFAR;
	}
	if (shim & SHIM_BOTTOM)
		return cut(ctx, outer->bytes + SHIM_BYTES, entry->ethertype, link) ? DROP_HEADROOM :
										      LABEL_POP;
	return cut(ctx, outer->bytes + SHIM_BYTES, bpf_htons(ETH_P_MPLS_UC), link) ? DROP_HEADROOM :
										      LABEL_BELOW;
}

/*
 * Calls: see look_up4(). link: bytes of the link header; ethertype: of what is behind it. An outcome,
 * or an arrival.
 */
__attribute__((noinline)) int leave_tunnel(struct xdp_md *ctx, const struct config *cfg, __u32 link,
					   __u32 ethertype)
{
	struct outer outer = {};
	void *ip = (void *)(long)ctx->data + (link & LINK_MASK);
	int arrival = NO_TUNNEL;

	if (!cfg)
		return NO_TUNNEL;
	if (ethertype == bpf_htons(ETH_P_IP))
		arrival = check_outer4(ip, cfg, end_of(ctx), &outer);
	else if (ethertype == bpf_htons(ETH_P_IPV6))
		arrival = check_outer6(ip, cfg, end_of(ctx), &outer);
	return arrival == LABEL_BELOW ? take_out(ctx, &outer, link & LINK_MASK) : arrival;
}

/*
 * Calls: see look_up4(). A frame with another target's label, LABEL_AFAR: on to it, with the labels as
 * they are. link: bytes of the link header.
 */
__attribute__((noinline)) int pass_on(struct xdp_md *ctx, const struct config *cfg, __u32 link)
{
	__be32 *stack = (void *)(long)ctx->data + (link & LINK_MASK);
	struct passage passage = { .link = link, .carried = SHIM_BYTES };
	__u32 shim;
	int failure;

	if (!cfg || (void *)(stack + 1) > end_of(ctx))
		return DROP_LABEL_TRUNCATED;
	shim = bpf_ntohl(*stack);
	passage.slot = (SHIM_LABEL(shim) - FIRST_TARGET_LABEL) / 2;
	if (!(shim & SHIM_BOTTOM))
		passage.carried = STACK_BYTES;
	count_traffic(&target_traffic, passage.slot, end_of(ctx) - (void *)stack + link);
	failure = enter_tunnel(ctx, cfg, &passage);
	return failure == OUTCOMES ? LABEL_SWITCH : failure;
}

#endif
