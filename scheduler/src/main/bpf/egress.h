/* SPDX-License-Identifier: GPL-2.0 */
/* Labels put on what leaves a host, at the egress of its interface (tc). */
#ifndef SHUNT_EGRESS_H
#define SHUNT_EGRESS_H

#include "edge_headers.h"
#include "shim.h"

/*
 * Whether the longest frame that this packet becomes fits the link with a label. What TCP hands
 * down may be many segments; the kernel cuts it behind this program. headers: bytes of IP, TCP, UDP.
 */
static __always_inline int fits(const struct __sk_buff *skb, __u32 headers, __u32 max_frame)
{
	__u32 bytes = skb->gso_size ? ETH_HLEN + headers + skb->gso_size : skb->len;

	return bytes + SHIM_BYTES <= max_frame;
}

/*
 * Puts a label on, by making the link header four bytes longer.
 *
 * Not by bpf_skb_adjust_room(), which puts the room behind the link header and takes the label for
 * the IP header from then on: the kernel could no longer cut a packet of many segments, unless it
 * was built with CONFIG_NET_MPLS_GSO, and would drop it. So it still knows where IP begins, and
 * copies the whole link header, label and all, before each segment.
 */
static __always_inline int push_out(struct __sk_buff *skb, __u32 label, __u8 ttl,
				    const __u8 *mac)
{
	struct ethhdr *eth = (void *)(long)skb->data;
	struct labelled *frame;
	__u8 addresses[2 * ETH_ALEN];

	if ((void *)(eth + 1) > (void *)(long)skb->data_end)
		return -1;
	__builtin_memcpy(addresses, eth, sizeof(addresses));
	if (mac)
		__builtin_memcpy(addresses, mac, ETH_ALEN);
	if (bpf_skb_change_head(skb, SHIM_BYTES, 0))
		return -1;
	frame = (void *)(long)skb->data;
	if ((void *)(frame + 1) > (void *)(long)skb->data_end)
		return -1;
	__builtin_memcpy(frame, addresses, sizeof(addresses));
	frame->eth.h_proto = bpf_htons(ETH_P_MPLS_UC);
	frame->shim = bpf_htonl(label << 12 | SHIM_BOTTOM | ttl);
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
