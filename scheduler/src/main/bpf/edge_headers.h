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
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "edge_layout.h"

#define IP_FRAGMENT	0x3fff	/* more to come, or offset */
#define IP_MIN_BYTES	20
#define TCP_MIN_BYTES	20
#define HEADERS_BYTES	(ETH_HLEN + 60 + 60)	/* more than all headers together have */
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
	struct flow4 flow;
	__u8 ip_bytes;		/* the IP header; so small a type that the verifier sees its bound */
	__u8 bytes;		/* with the TCP or UDP header */
	__u8 ttl;
	__u8 flags;		/* of TCP, 0 of UDP */
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

static __always_inline enum sight look(struct headers *headers, struct iphdr *ip, void *end)
{
	struct tcphdr *tcp;
	struct udphdr *udp;

	if ((void *)(ip + 1) > end || ip->version != 4 || ip->ihl * 4 < IP_MIN_BYTES)
		return SIGHT_NOTHING;
	headers->flow.source = ip->saddr;
	headers->flow.destination = ip->daddr;
	headers->flow.protocol = ip->protocol;
	headers->ip_bytes = ip->ihl * 4;
	headers->ttl = ip->ttl;
	if (ip->frag_off & bpf_htons(IP_FRAGMENT))
		return SIGHT_ADDRESSES;

	switch (ip->protocol) {
	case IPPROTO_TCP:
		tcp = (void *)ip + headers->ip_bytes;
		if ((void *)(tcp + 1) > end)
			return SIGHT_ADDRESSES;
		headers->flow.source_port = tcp->source;
		headers->flow.destination_port = tcp->dest;
		headers->flags = ((__u8 *)tcp)[TCP_FLAGS];
		headers->bytes = headers->ip_bytes + tcp->doff * 4;
		return SIGHT_FLOW;
	case IPPROTO_UDP:
		udp = (void *)ip + headers->ip_bytes;
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

static __always_inline struct flow4 reverse(const struct flow4 *flow)
{
	struct flow4 back = {};

	back.source = flow->destination;
	back.destination = flow->source;
	back.source_port = flow->destination_port;
	back.destination_port = flow->source_port;
	back.protocol = flow->protocol;
	return back;
}

/*
 * The MSS option of a SYN behind this IP header, if it says more than most; NULL otherwise. An
 * option that does not come first is not looked for: what is then sent too big goes unlabelled.
 */
static __always_inline struct mss_option *mss_above(struct iphdr *ip, void *end,
						    const struct headers *headers, __u32 most)
{
	struct mss_option *mss = (void *)ip + headers->ip_bytes + TCP_MIN_BYTES;

	if (!(headers->flags & TCP_SYN) ||
	    headers->bytes < headers->ip_bytes + TCP_MIN_BYTES + MSS_BYTES ||
	    (void *)(mss + 1) > end)
		return NULL;
	if (mss->kind != MSS_KIND || mss->length != MSS_BYTES || bpf_ntohs(mss->value) <= most)
		return NULL;
	return mss;
}

#endif
