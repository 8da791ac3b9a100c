/* SPDX-License-Identifier: GPL-2.0 */
/*
 * MPLS in UDP (RFC 7510), for targets behind routers: an outer IP header from this machine's data
 * address to the target's, a UDP header whose source port spreads flows over parallel paths, and
 * labels, of which the receiver gave out the top one (section 4): a target's label, and below it the
 * session's if there is one.
 *
 * The DSCP is copied to the outer header, ECN is not (RFC 6040, compatibility mode), so that a
 * router drops where it would mark. TTL: see mpls.h.
 */
#ifndef SHUNT_ENCAP_H
#define SHUNT_ENCAP_H

#include "balance.h"
#include "clock.h"
#include "inner_sum.h"
#include "link.h"
#include "outer.h"
#include "shim.h"
#include "too_big.h"

#define FIRST_ENTROPY	49152
#define ENTROPY_BITS	14
#define OUTER_TTL	64
#define DSCP_MASK	0xfc
#define FLOW_LABEL	0xfffff
#define PEER_SLOT	0x7fffffff	/* without the sign: see slot_at() */
/* What a path was once found to take holds so long (RFC 1191 section 6.3). */
#define PATH_LIFE	(600 * 1000000000ULL)

#define MAX_GROWTH	(sizeof(struct outer6) + STACK_BYTES)

/* A packet on its way into a tunnel. */
struct passage {
	__u32 slot;		/* of the target that the tunnel leads to */
	__u32 link;		/* bytes of the link header */
	__u32 carried;		/* bytes of labels that the packet has */
	__u32 count;		/* of those it gets, 0 to 2 */
	__be32 labels[2];	/* the top one first */
	__u32 mtu;		/* tells what fits if the packet does not */
};

/* What is read of the packet inside. */
struct inner {
	__u32 at;		/* where it begins */
	__u32 bytes;		/* without what the link added behind it */
	__u32 padding;
	__u32 entropy;
	__u8 tos;
};

/* Tunnels to the same address are one and the same: what a router says of one holds for all. */
static __always_inline struct tunnel *tunnel_of(__u32 slot)
{
	struct tunnel *tunnel = bpf_map_lookup_elem(&tunnels, &slot);
	__u32 same;

	if (tunnel && tunnel->same != slot) {
		same = tunnel->same;
		tunnel = bpf_map_lookup_elem(&tunnels, &same);
	}
	return tunnel && tunnel->version ? tunnel : NULL;
}

/*
 * Calls: see look_up4(); here it saves its callers the key. The slot of the target at a data address,
 * whose words are these: that of a server, which only receives, with the sign. -1 if there is none.
 */
__attribute__((noinline)) int slot_at(__be32 first, __be32 second, __be32 third, __be32 last)
{
	__be32 key[4] = { first, second, third, last };
	__u32 *slot = bpf_map_lookup_elem(&tunnel_peers, key);

	return slot ? (int)*slot : -1;
}

/* IPv4 addresses are mapped ones there (RFC 4291 section 2.5.5.2). */
static __always_inline int peer_slot4(__be32 address)
{
	return slot_at(0, 0, bpf_htonl(0xffff), address);
}

static __always_inline int peer_slot6(const struct in6_addr *address)
{
	const __be32 *words = address->in6_u.u6_addr32;

	return slot_at(words[0], words[1], words[2], words[3]);
}

/* Bytes that a tunnel adds at most: members' data addresses are all of one IP version. */
static __always_inline __u32 tunnel_growth(const struct config *cfg)
{
	return cfg->own4 ? sizeof(struct outer4) + STACK_BYTES : MAX_GROWTH;
}

/* The longest outer packet: the wire's, or less where a router said so. */
static __always_inline __u32 tunnel_mtu(const struct tunnel *tunnel, const struct config *cfg)
{
	__u32 wire = cfg->max_frame - ETH_HLEN - SHIM_BYTES;

	if (tunnel->mtu && tunnel->mtu < wire &&
	    since(tunnel->since, clock_now().nanos) < PATH_LIFE)
		return tunnel->mtu;
	return wire;
}

/* Addresses, protocol and ports in a few multiplications; fragments have no ports. */
static __always_inline __u32 entropy(__u64 source, __u64 destination, __u32 ports, __u32 protocol)
{
	__u64 mark = source * 0x9e3779b97f4a7c15ULL;

	mark = (mark ^ mark >> 32 ^ destination) * 0xd6e8feb86659fd93ULL;
	mark = (mark ^ mark >> 32 ^ ((__u64)protocol << 32 | ports)) * 0xd6e8feb86659fd93ULL;
	return mark >> 32;
}

static __always_inline __u32 ports_at(void *at, __u8 protocol, void *end)
{
	if ((protocol != IPPROTO_TCP && protocol != IPPROTO_UDP) || at + sizeof(__be32) > end)
		return 0;
	return bpf_ntohl(*(__be32 *)at);
}

static __always_inline int read_inner4(struct inner *inner, struct iphdr *ip, void *end)
{
	__u32 ports = 0;

	if (ip->ihl < IP_MIN_WORDS)
		return -1;
	inner->bytes = bpf_ntohs(ip->tot_len);
	inner->tos = ip->tos;
	if (!(ip->frag_off & bpf_htons(IP_OFFSET_MASK | IP_MORE)))
		ports = ports_at((void *)ip + ip->ihl * 4, ip->protocol, end);
	inner->entropy = entropy(bpf_ntohl(ip->saddr), bpf_ntohl(ip->daddr), ports, ip->protocol);
	return 0;
}

static __always_inline int read_inner6(struct inner *inner, struct ipv6hdr *ip, void *end)
{
	const __be32 *from = ip->saddr.in6_u.u6_addr32, *to = ip->daddr.in6_u.u6_addr32;

	if ((void *)(ip + 1) > end)
		return -1;
	inner->bytes = sizeof(*ip) + bpf_ntohs(ip->payload_len);
	inner->tos = bpf_ntohs(*(__be16 *)ip) >> 4;
	inner->entropy = entropy((__u64)folded(from) << 32 | bpf_ntohl(from[3]),
				 (__u64)folded(to) << 32 | bpf_ntohl(to[3]),
				 ports_at(ip + 1, ip->nexthdr, end), ip->nexthdr);
	return 0;
}

static __always_inline enum outcome read_inner(struct xdp_md *ctx, const struct passage *passage,
					       struct inner *inner)
{
	__u32 at = (passage->link & LINK_MASK) + (passage->carried & (STACK_BYTES | SHIM_BYTES));
	struct iphdr *ip = (void *)(long)ctx->data + at;
	void *end = end_of(ctx);
	__u32 there;
	int failure;

	inner->at = at;
	if ((void *)(ip + 1) > end)
		return DROP_LABEL_PAYLOAD;
	if (ip->version == 4)
		failure = read_inner4(inner, ip, end);
	else if (ip->version == 6)
		failure = read_inner6(inner, (void *)ip, end);
	else
		failure = -1;
	there = end - (void *)ip;
	if (failure || inner->bytes > there)
		return DROP_LABEL_PAYLOAD;
	inner->padding = there - inner->bytes;
	return OUTCOMES;
}

/* udp: with everything but its checksum. Its own bytes and those of the labels, as they lie. */
static __always_inline __u64 sum_shown(const struct udphdr *udp, const __be32 *labels, __u32 count,
				       __u32 carried, void *end)
{
	const __be32 *at = (const void *)(udp + 1);
	__u64 sum = (__u64)udp->source + udp->dest + udp->len;

	if (count > 0)
		sum += labels[0];
	if (count > 1)
		sum += labels[1];
	at += count & 3;
	if (carried >= SHIM_BYTES && (void *)(at + 1) <= end)
		sum += *at++;
	if (carried >= STACK_BYTES && (void *)(at + 1) <= end)
		sum += *at;
	return sum;
}

static __always_inline void write_udp(struct udphdr *udp, const struct inner *inner, __u32 bytes)
{
	udp->source = bpf_htons(FIRST_ENTROPY + (inner->entropy >> (32 - ENTROPY_BITS)));
	udp->dest = bpf_htons(MPLS_PORT);
	udp->len = bpf_htons(bytes);
	udp->check = 0;
}

/* bytes: of all that is behind the outer IP header. */
static __always_inline void write_outer4(struct outer4 *outer, const struct tunnel *tunnel,
					 const struct config *cfg, const struct inner *inner,
					 __u32 bytes)
{
	__builtin_memset(&outer->ip, 0, sizeof(outer->ip));
	outer->ip.version = 4;
	outer->ip.ihl = IP_MIN_WORDS;
	outer->ip.tos = inner->tos & DSCP_MASK;
	outer->ip.tot_len = bpf_htons(sizeof(outer->ip) + bytes);
	/* It is never cut, so its identification tells nothing (RFC 6864). */
	outer->ip.frag_off = bpf_htons(IP_DONT);
	outer->ip.ttl = OUTER_TTL;
	outer->ip.protocol = IPPROTO_UDP;
	outer->ip.saddr = cfg->own4;
	outer->ip.daddr = tunnel->to[0];
	outer->ip.check = ~fold(sum_words(&outer->ip, sizeof(outer->ip) / 4));
	/* Zero, as RFC 7510 section 3 has it over IPv4: the packet inside has its own. */
	write_udp(&outer->udp, inner, bytes);
}

static __always_inline void write_outer6(struct outer6 *outer, const struct tunnel *tunnel,
					 const struct config *cfg, const struct inner *inner,
					 __u32 bytes)
{
	/* The flow label spreads flows where routers look at nothing else (RFC 6438). */
	*(__be32 *)&outer->ip = bpf_htonl(6U << 28 | (inner->tos & DSCP_MASK) << 20 |
					  (inner->entropy & FLOW_LABEL));
	outer->ip.payload_len = bpf_htons(bytes);
	outer->ip.nexthdr = IPPROTO_UDP;
	outer->ip.hop_limit = OUTER_TTL;
	__builtin_memcpy(&outer->ip.saddr, cfg->own6, sizeof(cfg->own6));
	__builtin_memcpy(&outer->ip.daddr, tunnel->to, sizeof(tunnel->to));
	write_udp(&outer->udp, inner, bytes);
}

/* Makes room behind the link header, which is moved and addressed. Where the room begins. */
static __always_inline void *open_tunnel(struct xdp_md *ctx, const struct config *cfg,
					 const struct tunnel *tunnel, __u32 link, __u32 growth,
					 __be16 ethertype)
{
	void *frame, *from;

	if (bpf_xdp_adjust_head(ctx, -(int)growth))
		return NULL;
	frame = (void *)(long)ctx->data;
	from = frame + (growth & 63);
	if (from + TWO_TAGS > end_of(ctx) || frame + TWO_TAGS + MAX_GROWTH > end_of(ctx))
		return NULL;
	move_link(frame, from, link);
	address(frame, tunnel->mac, cfg);
	*(__be16 *)(frame + link - TYPE_BYTES) = ethertype;
	return frame + link;
}

static __always_inline void write_labels(void *at, const struct passage *passage)
{
	if (passage->count > 0)
		*(__be32 *)at = passage->labels[0];
	if (passage->count > 1)
		*(__be32 *)(at + SHIM_BYTES) = passage->labels[1];
}

/* inside: sum of the packet inside; link: a constant. */
static __always_inline enum outcome wrap(struct xdp_md *ctx, const struct config *cfg,
					 const struct passage *passage, const struct inner *inner,
					 const struct tunnel *tunnel, __u32 inside, __u32 link)
{
	__u32 labels = (passage->count & 3) * SHIM_BYTES;
	__u32 bytes = sizeof(struct udphdr) + labels + passage->carried + inner->bytes;
	struct outer4 *four;
	struct outer6 *six;

	if (tunnel->version == 4) {
		four = open_tunnel(ctx, cfg, tunnel, link, sizeof(*four) + labels,
				   bpf_htons(ETH_P_IP));
		if (!four)
			return DROP_HEADROOM;
		write_outer4(four, tunnel, cfg, inner, bytes);
		write_labels(four + 1, passage);
	} else {
		__u16 sum;

		six = open_tunnel(ctx, cfg, tunnel, link, sizeof(*six) + labels,
				  bpf_htons(ETH_P_IPV6));
		if (!six)
			return DROP_HEADROOM;
		write_outer6(six, tunnel, cfg, inner, bytes);
		write_labels(six + 1, passage);
		sum = ~fold(sum_words(&six->ip.saddr, 8) + bpf_htonl(bytes) +
			    bpf_htonl(IPPROTO_UDP) + inside +
			    sum_shown(&six->udp, passage->labels, passage->count, passage->carried,
				      end_of(ctx)));
		/* Zero would say that there is none (RFC 768). */
		six->udp.check = sum ? sum : 0xffff;
	}
	return OUTCOMES;
}

/*
 * Calls: see look_up4(). Puts labels, UDP and IP around a packet and addresses it to the tunnel's
 * next hop. OUTCOMES, or why it could not; DROP_TOO_BIG leaves the packet as it is.
 */
__attribute__((noinline)) int enter_tunnel(struct xdp_md *ctx, const struct config *cfg,
					   struct passage *passage)
{
	struct tunnel *tunnel;
	struct inner inner = {};
	enum outcome failure;
	__u32 outer, mtu;
	int inside = 0;

	if (!cfg || !passage)
		return DROP_TARGET_UNKNOWN;
	tunnel = tunnel_of(passage->slot);
	if (!tunnel)
		return DROP_TARGET_UNKNOWN;
	failure = read_inner(ctx, passage, &inner);
	if (failure != OUTCOMES)
		return failure;
	outer = tunnel->version == 4 ? sizeof(struct outer4) : sizeof(struct outer6);
	mtu = tunnel_mtu(tunnel, cfg);
	if (outer + passage->count * SHIM_BYTES + passage->carried + inner.bytes > mtu) {
		/* A session's packets have two labels sooner or later. */
		passage->mtu = mtu - outer - STACK_BYTES;
		return DROP_TOO_BIG;
	}
	if (inner.padding && bpf_xdp_adjust_tail(ctx, -(int)inner.padding))
		return DROP_HEADROOM;
	if (tunnel->version != 4) {
		inside = sum_by_headers(ctx, inner.at, inner.bytes);
		if (inside == NO_SUM)
			inside = sum_by_bytes(ctx, inner.at, inner.bytes);
		if (inside == NO_SUM)
			return DROP_LABEL_PAYLOAD;
	}
	if (passage->link == UNTAGGED)
		return wrap(ctx, cfg, passage, &inner, tunnel, inside, UNTAGGED);
	if (passage->link == ONE_TAG)
		return wrap(ctx, cfg, passage, &inner, tunnel, inside, ONE_TAG);
	return wrap(ctx, cfg, passage, &inner, tunnel, inside, TWO_TAGS);
}

/* A labelled frame on its way to a target behind a tunnel. A session's label goes below the target's. */
static __always_inline enum outcome tunnel_label(struct xdp_md *ctx, const struct config *cfg,
						 const struct label_entry *entry, __u32 link,
						 __be32 *stack)
{
	__u32 shim = bpf_ntohl(*stack) - 1;
	__u32 top = FIRST_TARGET_LABEL + 2 * entry->target +
		    (entry->ethertype == bpf_htons(ETH_P_IPV6));
	struct passage passage = {
		.slot = entry->target,
		.link = link,
		.carried = SHIM_BYTES,
		.count = SHIM_LABEL(shim) >= FIRST_SESSION_LABEL,
		.labels = { bpf_htonl(top << 12 | SHIM_TTL(shim)) },
	};
	int failure;

	/* A TTL that would become 0 is not forwarded (RFC 3032 section 2.4.1). */
	if (SHIM_TTL(shim) == 0)
		return DROP_LABEL_TTL;
	*stack = bpf_htonl(shim);
	count_traffic(&target_traffic, entry->target, end_of(ctx) - (void *)stack + link);
	failure = enter_tunnel(ctx, cfg, &passage);
	return failure == OUTCOMES ? LABEL_SWITCH : failure;
}

#endif
