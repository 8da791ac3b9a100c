/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ARP about the VIPs (RFC 826, RFC 5227) is answered here, never by the kernel: only so does a
 * machine whose processes are frozen fall silent when its lease ends.
 */
#ifndef SHUNT_ARP_H
#define SHUNT_ARP_H

#include <linux/if_ether.h>
#include <bpf/bpf_endian.h>
#include "maps.h"

/* IANA "ARP parameters"; <linux/if_arp.h> has them too but drags the C library in. */
#define ARPHRD_ETHER	1
#define ARPOP_REQUEST	1
#define ARPOP_REPLY	2

struct arp4 {
	struct ethhdr eth;
	__be16 hardware;
	__be16 protocol;
	__u8 hardware_bytes;
	__u8 protocol_bytes;
	__be16 operation;
	__u8 sender_mac[ETH_ALEN];
	__be32 sender;
	__u8 target_mac[ETH_ALEN];
	__be32 target;
} __attribute__((packed));

static __always_inline int holds_lease(void)
{
	__u32 zero = 0;
	struct lease *held = bpf_map_lookup_elem(&lease, &zero);

	return held && bpf_ktime_get_ns() < held->deadline;
}

static __always_inline int is_vip(__be32 address)
{
	return bpf_map_lookup_elem(&vips, &address) != NULL;
}

/* A cheap no for all that a member does beside its VIPs. */
static __always_inline int may_be_vip(__be32 address)
{
	__u32 bit = bpf_ntohl(address) * 0x9e3779b1U >> 24;
	__u32 zero = 0;
	struct vip_filter *filter = bpf_map_lookup_elem(&vip_filter, &zero);

	return filter && filter->words[bit / 64 & (VIP_FILTER_WORDS - 1)] >> (bit % 64) & 1;
}

static __always_inline void answer(struct arp4 *arp, const struct config *cfg)
{
	__be32 vip = arp->target;

	__builtin_memcpy(arp->eth.h_dest, arp->sender_mac, ETH_ALEN);
	__builtin_memcpy(arp->eth.h_source, cfg->mac, ETH_ALEN);
	arp->operation = bpf_htons(ARPOP_REPLY);
	__builtin_memcpy(arp->target_mac, arp->sender_mac, ETH_ALEN);
	arp->target = arp->sender;
	__builtin_memcpy(arp->sender_mac, cfg->mac, ETH_ALEN);
	arp->sender = vip;
}

static __always_inline enum outcome resolve(struct xdp_md *ctx, const struct config *cfg)
{
	struct arp4 *arp = (void *)(long)ctx->data;
	__be32 sender, target;
	__u16 operation;

	if ((void *)(arp + 1) > (void *)(long)ctx->data_end)
		return DROP_ARP_TRUNCATED;
	if (arp->hardware != bpf_htons(ARPHRD_ETHER) || arp->protocol != bpf_htons(ETH_P_IP) ||
	    arp->hardware_bytes != ETH_ALEN || arp->protocol_bytes != sizeof(__be32))
		return PASS_ARP;

	sender = arp->sender;
	target = arp->target;
	operation = bpf_ntohs(arp->operation);
	if (operation == ARPOP_REPLY || (operation == ARPOP_REQUEST && sender == target)) {
		if (!is_vip(sender))
			return PASS_ARP;
		/*
		 * Of no use to the stack, which has the VIP on its loopback; and a stack
		 * without arp_ignore would answer the request form and so take the VIP.
		 */
		return holds_lease() ? DROP_ARP_CONFLICT : DROP_ARP_ANNOUNCEMENT;
	}
	if (operation != ARPOP_REQUEST || !is_vip(target))
		return PASS_ARP;
	if (!holds_lease())
		return DROP_ARP_NOT_HOLDER;
	answer(arp, cfg);
	return ARP_ANSWER;
}

#endif
