/* SPDX-License-Identifier: GPL-2.0 */
/* Who announces a VIP, by ARP or neighbour discovery, which is who now switches its labels. */
#ifndef SHUNT_EDGE_LISTEN_H
#define SHUNT_EDGE_LISTEN_H

#include "arp4.h"
#include "edge_learn.h"
#include "link.h"

#define ND_ADVERTISEMENT	136
#define ND_HOP_LIMIT		255

/* How a neighbour advertisement begins (RFC 4861 section 4.4). */
struct advertisement {
	__u8 type;
	__u8 code;
	__be16 checksum;
	__be32 flags;
	__be32 target[4];
};

static __always_inline void hear(const struct vip *vip, const __u8 *mac)
{
	struct announced now = {};
	struct announced *known;

	if (!is_vip(vip->address))
		return;
	known = bpf_map_lookup_elem(&announced, vip);
	if (known && is_same(known->mac, mac))
		return;
	now.since = bpf_ktime_get_coarse_ns();
	__builtin_memcpy(now.mac, mac, ETH_ALEN);
	if (!bpf_map_update_elem(&announced, vip, &now, BPF_ANY) && known)
		count_aside(EDGE_VIP_MOVED);
}

static __always_inline void hear_arp(struct xdp_md *ctx, const struct link *link)
{
	struct arp4 *arp = (void *)(long)ctx->data + link->bytes;
	struct vip vip;

	if ((void *)(arp + 1) > (void *)(long)ctx->data_end ||
	    arp->protocol != bpf_htons(ETH_P_IP))
		return;
	map4(vip.address, arp->sender);
	hear(&vip, arp->sender_mac);
}

/* The hop limit says that it comes from this link. The address is the sender's, as labels have it. */
static __always_inline void hear_nd(struct xdp_md *ctx, const struct link *link)
{
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct ipv6hdr *ip = (void *)eth + link->bytes;
	struct advertisement *said = (void *)(ip + 1);
	struct vip vip;

	if ((void *)(said + 1) > (void *)(long)ctx->data_end || ip->nexthdr != IPPROTO_ICMPV6 ||
	    said->type != ND_ADVERTISEMENT || ip->hop_limit != ND_HOP_LIMIT)
		return;
	__builtin_memcpy(vip.address, said->target, sizeof(vip.address));
	hear(&vip, eth->h_source);
}

#endif
