/* SPDX-License-Identifier: GPL-2.0 */
/* Labels put on what leaves a host, at the egress of its interface (tc). */
#ifndef SHUNT_EGRESS_H
#define SHUNT_EGRESS_H

#include "edge_headers.h"
#include "link.h"
#include "shim.h"

/* More than all headers together have, but for long extension headers. */
#define HEADERS_BYTES	(TWO_TAGS + 60 + 60)
#define MAX_TAGS	2

/* A VLAN tag as it stands behind the addresses, in one word. */
struct vlan_tag {
	__be16 type;
	__be16 control;
};

/* A link header on its way out. The kernel holds the outermost tag apart, or not. */
struct sent_link {
	struct vlan_tag outer;	/* the only one if there is one */
	struct vlan_tag inner;
	__u32 tags;
	__u32 bytes;		/* that stand in the packet */
	__be16 type;		/* of what follows */
};

static __always_inline int add_tag(struct sent_link *link, struct vlan_tag tag)
{
	if (link->tags == MAX_TAGS)
		return -1;
	if (link->tags)
		link->inner = tag;
	else
		link->outer = tag;
	link->tags++;
	return 0;
}

/* Not 0: there are more tags than the array reads, or some that the kernel does not know of. */
static __always_inline int read_sent_link(const struct __sk_buff *skb, struct sent_link *link)
{
	void *end = (void *)(long)skb->data_end;
	struct ethhdr *eth = (void *)(long)skb->data;
	struct vlan_tag *tag = (void *)&eth->h_proto;
	int i;

	if (skb->vlan_present) {
		link->outer.type = skb->vlan_proto;
		link->outer.control = bpf_htons(skb->vlan_tci);
		link->tags = 1;
	}
	link->bytes = UNTAGGED;
	for (i = 0; i < MAX_TAGS; i++) {
		if ((void *)(tag + 1) > end)
			return -1;
		if (!is_tag(tag->type))
			break;
		if ((i == 0 && skb->protocol != tag->type) || add_tag(link, *tag))
			return -1;
		tag++;
		link->bytes += TAG_BYTES;
	}
	if ((void *)(tag + 1) > end || is_tag(tag->type))
		return -1;
	link->type = tag->type;
	return 0;
}

/*
 * The bytes of the longest IP packet that this one becomes. What TCP hands down may be many
 * segments; the kernel cuts it behind this program. headers: bytes of IP, TCP, UDP.
 */
static __always_inline __u32 longest(const struct __sk_buff *skb, const struct sent_link *link,
				     __u32 headers)
{
	return skb->gso_size ? headers + skb->gso_size : skb->len - link->bytes;
}

/*
 * Puts a label on, behind the VLAN tags, by making the link header longer.
 *
 * Not by bpf_skb_adjust_room(), which puts the room behind the link header and takes the label for
 * the IP header from then on: the kernel could no longer cut a packet of many segments, unless it
 * was built with CONFIG_NET_MPLS_GSO, and would drop it. So it still knows where IP begins, and
 * copies the whole link header, label and all, before each segment.
 *
 * It must not know of tags either: it would look for IP directly behind them, find the label, and
 * drop the packet. So they are taken off and written as bytes, by which it goes untouched.
 */
static __always_inline int push_out(struct __sk_buff *skb, const struct sent_link *link,
				    __u32 label, __u8 ttl, const __u8 *mac)
{
	struct ethhdr *eth = (void *)(long)skb->data;
	__u8 addresses[2 * ETH_ALEN];
	void *frame;

	if ((void *)(eth + 1) > (void *)(long)skb->data_end)
		return -1;
	__builtin_memcpy(addresses, eth, sizeof(addresses));
	if (mac)
		__builtin_memcpy(addresses, mac, ETH_ALEN);
	if ((link->tags > 0 && bpf_skb_vlan_pop(skb)) || (link->tags > 1 && bpf_skb_vlan_pop(skb)) ||
	    bpf_skb_change_head(skb, SHIM_BYTES + link->tags * TAG_BYTES, 0))
		return -1;
	frame = (void *)(long)skb->data;
	/* An IP header is behind it, so that there is as much even without tags. */
	if (frame + TWO_TAGS + SHIM_BYTES > (void *)(long)skb->data_end)
		return -1;
	__builtin_memcpy(frame, addresses, sizeof(addresses));
	frame += sizeof(addresses);
	if (link->tags > 0) {
		*(struct vlan_tag *)frame = link->outer;
		frame += TAG_BYTES;
	}
	if (link->tags > 1) {
		*(struct vlan_tag *)frame = link->inner;
		frame += TAG_BYTES;
	}
	*(__be16 *)frame = bpf_htons(ETH_P_MPLS_UC);
	*(__be32 *)(frame + TYPE_BYTES) = bpf_htonl(label << 12 | SHIM_BOTTOM | ttl);
	return 0;
}

/* Headers are in one piece where this program can read them, unless something odd made them. */
static __always_inline void gather(struct __sk_buff *skb)
{
	__u32 there = skb->data_end - skb->data;
	__u32 wanted = skb->len < HEADERS_BYTES ? skb->len : HEADERS_BYTES;

	if (there < wanted)
		bpf_skb_pull_data(skb, wanted);
}

#endif
