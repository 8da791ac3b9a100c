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

#include <linux/if_ether.h>
#include <bpf/bpf_endian.h>
#include "counters.h"

#define SHIM_BYTES	4
#define SHIM_LABEL(e)	((e) >> 12)
#define SHIM_BOTTOM	0x100
#define SHIM_TTL(e)	((e) & 0xff)

struct labelled {
	struct ethhdr eth;
	__be32 shim;
} __attribute__((packed));

/* Takes the label off; the frame begins four bytes later. */
static __always_inline enum outcome pop(struct xdp_md *ctx, struct labelled *frame,
					const struct label_entry *entry)
{
	struct ethhdr *eth = (void *)frame + SHIM_BYTES;

	/* Old and new header overlap: the addresses move as one block. */
	__builtin_memmove(eth, frame, 2 * ETH_ALEN);
	eth->h_proto = entry->ethertype;
	if (bpf_xdp_adjust_head(ctx, SHIM_BYTES))
		return DROP_HEADROOM;
	return LABEL_POP;
}

/* What a labelled frame needs: no look behind the label. */
static __always_inline enum outcome switch_label(struct xdp_md *ctx, const struct config *cfg)
{
	struct labelled *frame = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct label_entry *entry;
	__u32 shim, label;

	if ((void *)(frame + 1) > end)
		return DROP_LABEL_TRUNCATED;

	shim = bpf_ntohl(frame->shim);
	label = SHIM_LABEL(shim);
	entry = bpf_map_lookup_elem(&labels, &label);
	if (!entry || entry->action == LABEL_NONE)
		return DROP_LABEL_UNKNOWN;
	if (!(shim & SHIM_BOTTOM))
		return DROP_LABEL_STACK;
	if (SHIM_TTL(shim) == 0)
		return DROP_LABEL_TTL;

	if (entry->action == LABEL_TO_STACK)
		return pop(ctx, frame, entry);

	/* A TTL that would become 0 is not forwarded (RFC 3032 section 2.4.1). */
	if (SHIM_TTL(shim) == 1)
		return DROP_LABEL_TTL;
	frame->shim = bpf_htonl(shim - 1);
	__builtin_memcpy(frame->eth.h_source, cfg->mac, ETH_ALEN);
	__builtin_memcpy(frame->eth.h_dest, entry->mac, ETH_ALEN);
	count_traffic(&target_traffic, entry->target, end - (void *)frame);
	return LABEL_SWITCH;
}

/* Puts the target's label on and addresses the frame to it. */
static __always_inline int push(struct xdp_md *ctx, const struct config *cfg,
				const struct target *target, __u8 ttl)
{
	struct labelled *frame;

	if (bpf_xdp_adjust_head(ctx, -SHIM_BYTES))
		return -1;
	frame = (void *)(long)ctx->data;
	if ((void *)(frame + 1) > (void *)(long)ctx->data_end)
		return -1;
	__builtin_memcpy(frame->eth.h_dest, target->mac, ETH_ALEN);
	__builtin_memcpy(frame->eth.h_source, cfg->mac, ETH_ALEN);
	frame->eth.h_proto = bpf_htons(ETH_P_MPLS_UC);
	frame->shim = bpf_htonl(target->label << 12 | SHIM_BOTTOM | ttl);
	return 0;
}

#endif
