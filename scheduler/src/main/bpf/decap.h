/* SPDX-License-Identifier: GPL-2.0 */
/*
 * MPLS in UDP that arrives (RFC 7510): from a member, at one of this machine's data addresses. The
 * outer headers and the top label, this machine's own, come off; a label below it is then treated as
 * if it had come on an Ethernet frame. Strict: there is nobody behind us to check the outer headers.
 */
#ifndef SHUNT_DECAP_H
#define SHUNT_DECAP_H

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

/* An outer header that fits its frame. */
struct outer {
	__u32 bytes;		/* of IP and UDP header */
	__u32 payload;		/* of labels and packet */
	__u64 pseudo;		/* sum of the pseudo header */
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
	struct tunnel *tunnel = slot < 0 ? NULL : tunnel_of(slot);

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

static __always_inline int is_whole(const struct outer *outer, const struct udphdr *udp)
{
	return bpf_ntohs(udp->len) == sizeof(*udp) + outer->payload;
}

/* LABEL_BELOW: a tunnel's packet with good headers. */
static __always_inline int check_outer4(struct iphdr *ip, const struct config *cfg, void *end,
					struct outer *outer)
{
	struct udphdr *udp;
	__u32 total;

	if ((void *)(ip + 1) > end || ip->daddr != cfg->own4 || ip->version != 4)
		return NO_TUNNEL;
	if (ip->protocol == IPPROTO_ICMP)
		hear_error4(ip, cfg, end);
	udp = (void *)ip + ip->ihl * 4;
	if (ip->protocol != IPPROTO_UDP || ip->frag_off & bpf_htons(IP_OFFSET_MASK) ||
	    (void *)(udp + 1) > end || udp->dest != bpf_htons(MPLS_PORT))
		return NO_TUNNEL;
	if (peer_slot4(ip->saddr) < 0)
		return DROP_TUNNEL_SENDER;
	if (ip->frag_off & bpf_htons(IP_MORE))
		return DROP_TUNNEL_FRAGMENT;
	total = bpf_ntohs(ip->tot_len);
	if (ip->ihl != IP_MIN_WORDS || total < sizeof(struct outer4) || (void *)ip + total > end ||
	    fold(sum_words(ip, sizeof(*ip) / 4)) != 0xffff)
		return DROP_TUNNEL_HEADER;
	outer->bytes = sizeof(struct outer4);
	outer->payload = total - sizeof(struct outer4);
	outer->pseudo = (__u64)ip->saddr + ip->daddr;
	return is_whole(outer, udp) ? LABEL_BELOW : DROP_TUNNEL_HEADER;
}

static __always_inline int check_outer6(struct ipv6hdr *ip, const struct config *cfg, void *end,
					struct outer *outer)
{
	struct udphdr *udp = (void *)(ip + 1);
	__u32 payload;

	if ((void *)(ip + 1) > end || ip->version != 6 ||
	    !same_address6(ip->daddr.in6_u.u6_addr32, cfg->own6))
		return NO_TUNNEL;
	if (ip->nexthdr == IPPROTO_ICMPV6)
		hear_error6(ip, cfg, end);
	if (ip->nexthdr != IPPROTO_UDP || (void *)(udp + 1) > end ||
	    udp->dest != bpf_htons(MPLS_PORT))
		return NO_TUNNEL;
	if (peer_slot6(&ip->saddr) < 0)
		return DROP_TUNNEL_SENDER;
	payload = bpf_ntohs(ip->payload_len);
	if (payload < sizeof(*udp) || (void *)(ip + 1) + payload > end)
		return DROP_TUNNEL_HEADER;
	outer->bytes = sizeof(struct outer6);
	outer->payload = payload - sizeof(*udp);
	outer->pseudo = sum_words(&ip->saddr, 8);
	/* There is no UDP over IPv6 without a checksum (RFC 8200 section 8.1). */
	if (!udp->check)
		return DROP_TUNNEL_CHECKSUM;
	return is_whole(outer, udp) ? LABEL_BELOW : DROP_TUNNEL_HEADER;
}

/*
 * Whether the UDP checksum is right. Read are the headers: a packet whose inside is damaged its own
 * checksum tells apart. labels: bytes of the stack.
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
	shown = outer->pseudo + bpf_htonl(sizeof(*udp) + outer->payload) +
		bpf_htonl(IPPROTO_UDP) + (__u64)udp->source + udp->dest + udp->len + udp->check +
		*stack;
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
