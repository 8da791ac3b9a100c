/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From the headers of a packet to its flow. Unlike parse.h this asks for no byte behind the
 * headers: the payload of an outgoing packet is elsewhere, and may be many segments long.
 */
#ifndef SHUNT_EDGE_HEADERS_H
#define SHUNT_EDGE_HEADERS_H

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "edge_layout.h"
#include "extension6.h"

#define VLAN_TAG_BYTES	4
#define IP_FRAGMENT	0x3fff	/* more to come, or offset */
#define IP_MIN_BYTES	20
/* With its extension headers; what is longer no host of ours sends. */
#define IP6_MAX_BYTES	200
#define TCP_MIN_BYTES	20
#define TCP_FLAGS	13	/* byte of the header */
#define TCP_FIN		0x01
#define TCP_SYN		0x02
#define TCP_RST		0x04
#define TCP_ACK		0x10

/* The option that nearly every SYN has, and has first (RFC 9293 section 3.2). */
#define MSS_KIND	2
#define MSS_BYTES	4

struct mss_option {
	__u8 kind;
	__u8 length;
	__be16 value;
} __attribute__((packed));

struct headers {
	struct flow6 flow;	/* of IPv4 with mapped addresses (RFC 4291 section 2.5.5.2) */
	__u16 bytes;		/* of IP with TCP or UDP */
	__u8 ip_bytes;		/* the IP headers; so small a type that the verifier sees its bound */
	__u8 ttl;
	__u8 flags;		/* of TCP, 0 of UDP */
	__u8 six;		/* 1: IPv6 */
};

/* What can be told of a packet. */
enum sight {
	SIGHT_FLOW,		/* its flow */
	SIGHT_ADDRESSES,	/* only its addresses: a fragment, neither TCP nor UDP, cut short */
	SIGHT_NOTHING,
};

static __always_inline int is_opening(const struct headers *headers)
{
	return headers->flow.protocol == IPPROTO_UDP ||
	       (headers->flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
}

static __always_inline void map4(__be32 *to, __be32 address)
{
	to[0] = 0;
	to[1] = 0;
	to[2] = bpf_htonl(0xffff);
	to[3] = address;
}

/* Where the TCP or UDP header is, or why there is none: the rest of look(). */
static __always_inline enum sight look_at_l4(struct headers *headers, void *ip, void *end)
{
	void *l4 = ip + headers->ip_bytes;
	struct tcphdr *tcp;
	struct udphdr *udp;

	/* One pointer: of another one to the same place the verifier knows no bound. */
	barrier_var(l4);
	tcp = l4;
	udp = l4;
	switch (headers->flow.protocol) {
	case IPPROTO_TCP:
		if ((void *)(tcp + 1) > end)
			return SIGHT_ADDRESSES;
		headers->flow.source_port = tcp->source;
		headers->flow.destination_port = tcp->dest;
		headers->flags = ((__u8 *)tcp)[TCP_FLAGS];
		headers->bytes = headers->ip_bytes + tcp->doff * 4;
		return SIGHT_FLOW;
	case IPPROTO_UDP:
		if ((void *)(udp + 1) > end)
			return SIGHT_ADDRESSES;
		headers->flow.source_port = udp->source;
		headers->flow.destination_port = udp->dest;
		headers->bytes = headers->ip_bytes + sizeof(*udp);
		return SIGHT_FLOW;
	default:
		return SIGHT_ADDRESSES;
	}
}

static __always_inline enum sight look4(struct headers *headers, struct iphdr *ip, void *end)
{
	if ((void *)(ip + 1) > end || ip->ihl * 4 < IP_MIN_BYTES)
		return SIGHT_NOTHING;
	map4(headers->flow.source, ip->saddr);
	map4(headers->flow.destination, ip->daddr);
	headers->flow.protocol = ip->protocol;
	headers->ip_bytes = ip->ihl * 4;
	headers->ttl = ip->ttl;
	if (ip->frag_off & bpf_htons(IP_FRAGMENT))
		return SIGHT_ADDRESSES;
	return look_at_l4(headers, ip, end);
}

/* Extension headers are stepped over where the array's program does so, see ip6.h. */
static __always_inline enum sight look6(struct headers *headers, struct ipv6hdr *ip, void *end)
{
	__u32 at = sizeof(*ip);
	__u8 next;
	int i;

	if ((void *)(ip + 1) > end)
		return SIGHT_NOTHING;
	__builtin_memcpy(headers->flow.source, &ip->saddr, sizeof(ip->saddr));
	__builtin_memcpy(headers->flow.destination, &ip->daddr, sizeof(ip->daddr));
	headers->ttl = ip->hop_limit;
	headers->six = 1;
	next = ip->nexthdr;
	for (i = 0; i < MAX_EXTENSIONS && is_extension(next); i++) {
		struct extension *header = (void *)ip + at;

		if ((void *)(header + 1) > end || (next == NEXT_HOPOPTS && i) ||
		    (next == NEXT_ROUTING && header->routing.segments_left) ||
		    (next == NEXT_FRAGMENT &&
		     header->fragment & bpf_htons(FRAGMENT6_OFFSET | FRAGMENT6_MORE)))
			return SIGHT_ADDRESSES;
		at += next == NEXT_FRAGMENT ? EXTENSION_UNIT :
					      (header->units + 1) * EXTENSION_UNIT;
		if (at > IP6_MAX_BYTES)
			return SIGHT_ADDRESSES;
		next = header->next;
	}
	if (is_extension(next))
		return SIGHT_ADDRESSES;
	headers->flow.protocol = next;
	headers->ip_bytes = at;
	return look_at_l4(headers, ip, end);
}

/* The version is told by the first nibble, whatever the link header says. */
static __always_inline enum sight look(struct headers *headers, void *ip, void *end)
{
	if (ip + 1 > end)
		return SIGHT_NOTHING;
	switch (*(__u8 *)ip >> 4) {
	case 4:
		return look4(headers, ip, end);
	case 6:
		return look6(headers, ip, end);
	default:
		return SIGHT_NOTHING;
	}
}

static __always_inline struct flow6 reverse(const struct flow6 *flow)
{
	struct flow6 back = {};

	__builtin_memcpy(back.source, flow->destination, sizeof(back.source));
	__builtin_memcpy(back.destination, flow->source, sizeof(back.destination));
	back.source_port = flow->destination_port;
	back.destination_port = flow->source_port;
	back.protocol = flow->protocol;
	return back;
}

/*
 * What a packet may not be long for its VLAN tags' sake. Links take one beside the longest packet, as
 * Linux's drivers do; a second one takes its room.
 */
static __always_inline __u32 taken_by(__u32 tags)
{
	return tags > 1 ? VLAN_TAG_BYTES : 0;
}

/* The largest MSS of a connection that leaves room for a label on its packets. */
static __always_inline __u32 room_for(const struct headers *headers, __u32 tags,
				      const struct edge_config *cfg)
{
	return cfg->max_segment - taken_by(tags) -
	       (headers->six ? sizeof(struct ipv6hdr) - sizeof(struct iphdr) : 0);
}

/*
 * The MSS option of a SYN behind this IP header, if it says more than most; NULL otherwise. An
 * option that does not come first is not looked for: what is then sent too big goes unlabelled.
 */
static __always_inline struct mss_option *mss_above(void *ip, void *end,
						    const struct headers *headers, __u32 most)
{
	struct mss_option *mss = ip + headers->ip_bytes + TCP_MIN_BYTES;

	if (!(headers->flags & TCP_SYN) ||
	    headers->bytes < headers->ip_bytes + TCP_MIN_BYTES + MSS_BYTES ||
	    (void *)(mss + 1) > end)
		return NULL;
	if (mss->kind != MSS_KIND || mss->length != MSS_BYTES || bpf_ntohs(mss->value) <= most)
		return NULL;
	return mss;
}

#endif
