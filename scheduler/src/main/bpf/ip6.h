/* SPDX-License-Identifier: GPL-2.0 */
/* From the bytes of an IPv6 packet to a flow (RFC 8200). */
#ifndef SHUNT_IP6_H
#define SHUNT_IP6_H

#include <linux/ipv6.h>
#include "parse.h"

/* More than any sender has use for; each costs every packet that has it. */
#define MAX_EXTENSIONS	6
#define EXTENSION_UNIT	8

/* IANA "protocol numbers"; <linux/in6.h> names them but leaves these two out. */
#define NEXT_HOPOPTS	0
#define NEXT_ROUTING	43
#define NEXT_FRAGMENT	44
#define NEXT_DSTOPTS	60

#define FRAGMENT6_OFFSET	0xfff8
#define FRAGMENT6_MORE		1

/* What all extension headers begin with, and what the second word of two of them says. */
struct extension {
	__u8 next;
	__u8 units;		/* beyond the first; reserved in a fragment header */
	union {
		struct {
			__u8 type;
			__u8 segments_left;
		} routing;
		__be16 fragment;	/* offset and the "more" bit */
	};
	__be32 id;		/* of a fragment header */
};

static __always_inline int is_extension(__u8 next)
{
	return next == NEXT_HOPOPTS || next == NEXT_ROUTING || next == NEXT_FRAGMENT ||
	       next == NEXT_DSTOPTS;
}

static __always_inline enum outcome look_into(struct packet *packet,
						const struct extension *header, __u8 kind, int first)
{
	/* Only at the beginning does it mean anything (RFC 8200 section 4.1). */
	if (kind == NEXT_HOPOPTS && !first)
		return DROP_EXTENSION;
	if (kind == NEXT_ROUTING && header->routing.segments_left)
		return DROP_ROUTING_HEADER;
	if (kind == NEXT_FRAGMENT) {
		__u16 field = bpf_ntohs(header->fragment);

		/* A fragment of a fragment. */
		if (packet->part != PART_ALL)
			return DROP_EXTENSION;
		/* Neither: a packet in one piece all the same (RFC 6946). */
		if (!(field & (FRAGMENT6_OFFSET | FRAGMENT6_MORE)))
			return OUTCOMES;
		packet->datagram = header->id;
		packet->offset = field & FRAGMENT6_OFFSET;
		packet->part = packet->offset ? PART_LATER : PART_FIRST;
		if (packet->offset)
			return DROP_FRAGMENT_LATER;
	}
	return OUTCOMES;
}

/* Steps over the extension headers; see parse_ipv4() for what is returned. */
static __always_inline enum outcome parse_ipv6(struct packet *packet, struct ipv6hdr *ip, void *end)
{
	__u32 rest = bpf_ntohs(ip->payload_len);
	__u8 next = ip->nexthdr;
	void *at = ip + 1;
	enum outcome otherwise;
	__u32 bytes;
	int i;

#pragma unroll
	for (i = 0; i < 4; i++)
		words_of(&packet->flow, IPV6)[i] = ((const __u64 *)&ip->saddr)[i];
	packet->ttl = ip->hop_limit;

	if (ip->version != 6 || at + rest > end)
		return DROP_IP_HEADER;
	if (ip->hop_limit == 0)
		return DROP_IP_TTL;

	for (i = 0; i < MAX_EXTENSIONS && is_extension(next); i++) {
		struct extension *header = at;

		if ((void *)(header + 1) > end)
			return DROP_EXTENSION;
		bytes = next == NEXT_FRAGMENT ? EXTENSION_UNIT :
						(header->units + 1) * EXTENSION_UNIT;
		if (bytes > rest)
			return DROP_EXTENSION;
		otherwise = look_into(packet, header, next, i == 0);
		if (otherwise != OUTCOMES)
			return otherwise;
		if (packet->part == PART_FIRST && next != NEXT_FRAGMENT)
			packet->headers += bytes;
		next = header->next;
		at += bytes;
		rest -= bytes;
	}
	if (is_extension(next))
		return DROP_EXTENSION;
	words_of(&packet->flow, IPV6)[4] = (__u64)next << 32;
	return parse_l4(packet, at, rest, end, IPPROTO_ICMPV6);
}

#endif
