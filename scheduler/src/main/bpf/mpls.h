/* SPDX-License-Identifier: GPL-2.0 */
/*
 * RFC 3032 label stack entries: taken off, switched, put on.
 *
 * TTL (RFC 3443): the IP TTL is copied into the label at the push, so that a label's TTL bounds
 * any loop and a traced packet shows its distance. It is never copied back at the pop (the pipe
 * model's egress): the array forwards on one link like a switch, and IP headers stay untouched.
 */
#ifndef SHUNT_MPLS_H
#define SHUNT_MPLS_H

#include <bpf/bpf_endian.h>
#include "counters.h"
#include "link.h"
#include "shim.h"

/* Takes the label off; the frame begins four bytes later. */
static __always_inline enum outcome pop(struct xdp_md *ctx, void *frame, __u32 link,
					const struct label_entry *entry)
{
	/* Old and new header overlap. */
	move_link(frame + SHIM_BYTES, frame, link);
	*(__be16 *)(frame + SHIM_BYTES + link - TYPE_BYTES) = entry->ethertype;
	if (bpf_xdp_adjust_head(ctx, SHIM_BYTES))
		return DROP_HEADROOM;
	return LABEL_POP;
}

/* What a labelled frame needs: no look behind the label. */
static __always_inline enum outcome switch_behind(struct xdp_md *ctx, const struct config *cfg,
						  __u32 link)
{
	void *frame = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	__be32 *stack = frame + link;
	struct label_entry *entry;
	__u32 shim, label;

	if ((void *)(stack + 1) > end)
		return DROP_LABEL_TRUNCATED;

	shim = bpf_ntohl(*stack);
	label = SHIM_LABEL(shim);
	entry = bpf_map_lookup_elem(&labels, &label);
	if (!entry || entry->action == LABEL_NONE)
		return DROP_LABEL_UNKNOWN;
	if (!(shim & SHIM_BOTTOM))
		return DROP_LABEL_STACK;
	if (SHIM_TTL(shim) == 0)
		return DROP_LABEL_TTL;

	if (entry->action == LABEL_TO_STACK)
		return pop(ctx, frame, link, entry);

	/* A TTL that would become 0 is not forwarded (RFC 3032 section 2.4.1). */
	if (SHIM_TTL(shim) == 1)
		return DROP_LABEL_TTL;
	*stack = bpf_htonl(shim - 1);
	address(frame, entry->mac, cfg);
	count_traffic(&target_traffic, entry->target, end - frame);
	return LABEL_SWITCH;
}

static __always_inline enum outcome switch_label(struct xdp_md *ctx, const struct config *cfg,
						 const struct link *link)
{
	if (link->bytes == UNTAGGED)
		return switch_behind(ctx, cfg, UNTAGGED);
	if (link->bytes == ONE_TAG)
		return switch_behind(ctx, cfg, ONE_TAG);
	return switch_behind(ctx, cfg, TWO_TAGS);
}

/* Addresses a frame to a target that takes it as it is. */
static __always_inline void readdress(struct xdp_md *ctx, const struct config *cfg, const __u8 *mac)
{
	struct ethhdr *eth = (void *)(long)ctx->data;

	if ((void *)(eth + 1) <= (void *)(long)ctx->data_end)
		address(eth, mac, cfg);
}

static __always_inline int push_behind(struct xdp_md *ctx, const struct config *cfg,
				       const __u8 *mac, __u32 shim, __u32 link)
{
	void *frame;

	if (bpf_xdp_adjust_head(ctx, -SHIM_BYTES))
		return -1;
	frame = (void *)(long)ctx->data;
	if (frame + link + SHIM_BYTES > (void *)(long)ctx->data_end)
		return -1;
	if (link != UNTAGGED)
		move_link(frame, frame + SHIM_BYTES, link);
	address(frame, mac, cfg);
	*(__be16 *)(frame + link - TYPE_BYTES) = bpf_htons(ETH_P_MPLS_UC);
	*(__be32 *)(frame + link) = bpf_htonl(shim);
	return 0;
}

/* Puts a label on, after the VLAN tags if there are any, and addresses the frame to its target. */
static __always_inline int push(struct xdp_md *ctx, const struct config *cfg,
				const struct link *link, const __u8 *mac, __u32 label, __u8 ttl)
{
	__u32 shim = label << 12 | SHIM_BOTTOM | ttl;

	if (link->bytes == UNTAGGED)
		return push_behind(ctx, cfg, mac, shim, UNTAGGED);
	if (link->bytes == ONE_TAG)
		return push_behind(ctx, cfg, mac, shim, ONE_TAG);
	return push_behind(ctx, cfg, mac, shim, TWO_TAGS);
}

#endif
