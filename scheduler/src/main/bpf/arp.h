/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ARP about the VIPs (RFC 826, RFC 5227) is answered here, never by the kernel: only so does a
 * machine whose processes are frozen fall silent when its lease ends.
 */
#ifndef SHUNT_ARP_H
#define SHUNT_ARP_H

#include <bpf/bpf_endian.h>
#include "arp4.h"
#include "confirm.h"
#include "group.h"
#include "link.h"
#include "vip.h"

static __always_inline void answer(struct ethhdr *eth, struct arp4 *arp, const struct config *cfg,
				   const __u8 *vip_mac)
{
	__be32 vip = arp->target;

	address(eth, arp->sender_mac, cfg);
	arp->operation = bpf_htons(ARPOP_REPLY);
	__builtin_memcpy(arp->target_mac, arp->sender_mac, ETH_ALEN);
	arp->target = arp->sender;
	__builtin_memcpy(arp->sender_mac, vip_mac, ETH_ALEN);
	arp->sender = vip;
}

static __always_inline enum outcome resolve_behind(struct xdp_md *ctx, const struct config *cfg,
						   __u32 link)
{
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct arp4 *arp = (void *)eth + link;
	__u8 group[ETH_ALEN];
	__be32 sender, target;
	__u16 operation;
	__u32 *vip;

	if ((void *)(arp + 1) > end_of(ctx))
		return DROP_ARP_TRUNCATED;
	if (arp->hardware != bpf_htons(ARPHRD_ETHER) || arp->protocol != bpf_htons(ETH_P_IP) ||
	    arp->hardware_bytes != ETH_ALEN || arp->protocol_bytes != sizeof(__be32))
		return PASS_ARP;

	sender = arp->sender;
	target = arp->target;
	operation = bpf_ntohs(arp->operation);
	if (operation == ARPOP_REPLY || (operation == ARPOP_REQUEST && sender == target)) {
		vip = vip_of4(sender);
		if (!vip)
			return PASS_ARP;
		/* Another member, unless it says something else. */
		if (*vip)
			return is_group_of(arp->sender_mac, sender) ? DROP_ARP_ANNOUNCEMENT :
								      DROP_ARP_CONFLICT;
		/*
		 * Of no use to the stack, which has the VIP on its loopback; and a stack
		 * without arp_ignore would answer the request form and so take the VIP.
		 */
		if (holds_lease())
			return DROP_ARP_CONFLICT;
		set_holder(ctx);
		return DROP_ARP_ANNOUNCEMENT;
	}
	vip = operation == ARPOP_REQUEST ? vip_of4(target) : NULL;
	if (!vip)
		return PASS_ARP;
	if (*vip) {
		set_group(group, target);
		answer(eth, arp, cfg, group);
		return ARP_ANSWER;
	}
	if (!holds_lease())
		return DROP_ARP_NOT_HOLDER;
	answer(eth, arp, cfg, cfg->mac);
	return ARP_ANSWER;
}

static __always_inline enum outcome resolve(struct xdp_md *ctx, const struct config *cfg,
					    const struct link *link)
{
	if (link->bytes == UNTAGGED)
		return resolve_behind(ctx, cfg, UNTAGGED);
	if (link->bytes == ONE_TAG)
		return resolve_behind(ctx, cfg, ONE_TAG);
	return resolve_behind(ctx, cfg, TWO_TAGS);
}

#endif
