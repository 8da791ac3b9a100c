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
#include "confirm.h"
#include "counters.h"
#include "encap.h"
#include "link.h"
#include "shim.h"

/* Takes the label off; the frame begins four bytes later. */
static __always_inline enum outcome pop(struct xdp_md *ctx, void *frame, __u32 link,
					__be16 ethertype, enum outcome outcome)
{
	/* Old and new header overlap. */
	move_link(frame + SHIM_BYTES, frame, link);
	*(__be16 *)(frame + SHIM_BYTES + link - TYPE_BYTES) = ethertype;
	if (bpf_xdp_adjust_head(ctx, SHIM_BYTES))
		return DROP_HEADROOM;
	return outcome;
}

/* Of a session, from client to server. */
static __always_inline int is_forth(__u32 label)
{
	return label >= FIRST_SESSION_LABEL && label < FIRST_SESSION_LABEL + 2 * PAIRS &&
	       label % 2 == FIRST_SESSION_LABEL % 2;
}

/* Of a session, from server to client. */
static __always_inline int is_back(__u32 label)
{
	return label > FIRST_SESSION_LABEL && label % 2 != FIRST_SESSION_LABEL % 2;
}

/*
 * A label that the table does not know. Where it says that there is a session, or that a client
 * asks for one, it is taken off, and what is behind it analysed: OUTCOMES then.
 */
static __always_inline enum outcome take_off(struct xdp_md *ctx, struct link *link, void *frame,
					     void *end, __u32 bytes, __u32 shim)
{
	__u32 label = SHIM_LABEL(shim);
	__u8 *ip = frame + bytes + SHIM_BYTES;

	if (label != ASK_LABEL && !is_forth(label))
		return DROP_LABEL_UNKNOWN;
	if (!(shim & SHIM_BOTTOM))
		return DROP_LABEL_STACK;
	if (SHIM_TTL(shim) == 0)
		return DROP_LABEL_TTL;
	if ((void *)(ip + 1) > end)
		return DROP_LABEL_PAYLOAD;
	if (*ip >> 4 == 4)
		link->type = bpf_htons(ETH_P_IP);
	else if (*ip >> 4 == 6)
		link->type = bpf_htons(ETH_P_IPV6);
	else
		return DROP_LABEL_PAYLOAD;
	link->label = label;
	return pop(ctx, frame, bytes, link->type, OUTCOMES);
}

/* What a labelled frame needs: no look behind the label. */
static __always_inline enum outcome switch_behind(struct xdp_md *ctx, const struct config *cfg,
						  struct link *about, __u32 link)
{
	void *frame = (void *)(long)ctx->data;
	void *end = end_of(ctx);
	__be32 *stack = frame + link;
	struct label_entry *entry;
	__u32 shim, label;

	if ((void *)(stack + 1) > end)
		return DROP_LABEL_TRUNCATED;

	shim = bpf_ntohl(*stack);
	label = SHIM_LABEL(shim);
	entry = bpf_map_lookup_elem(&labels, &label);
	if (!entry || entry->action == LABEL_NONE)
		return take_off(ctx, about, frame, end, link, shim);
	if (!(shim & SHIM_BOTTOM))
		return DROP_LABEL_STACK;
	/* A TTL that would become 0 is not forwarded (RFC 3032 section 2.4.1). */
	if (SHIM_TTL(shim) == 0 || (SHIM_TTL(shim) == 1 && entry->action == LABEL_TO_PORT))
		return DROP_LABEL_TTL;

	/* The only sign of life of a session that needs no analysis any more. */
	if (label >= FIRST_SESSION_LABEL)
		entry->packets++;

	if (entry->action == LABEL_TO_STACK) {
		if (cfg->returns && label >= FIRST_SESSION_LABEL)
			confirm_sender(ctx, label);
		return pop(ctx, frame, link, entry->ethertype, LABEL_POP);
	}
	if (entry->action != LABEL_TO_PORT) {
		if (entry->action == LABEL_TO_TUNNEL)
			return tunnel_label(ctx, cfg, entry, link, stack);
		address(frame, entry->mac, cfg);
		return pop(ctx, frame, link, entry->ethertype, LABEL_OUT);
	}

	*stack = bpf_htonl(shim - 1);
	address(frame, entry->mac, cfg);
	if (!is_back(label))
		count_traffic(&target_traffic, entry->target, end - frame);
	return LABEL_SWITCH;
}

static __always_inline enum outcome switch_known(struct xdp_md *ctx, const struct config *cfg)
{
	void *frame = (void *)(long)ctx->data;
	void *end = end_of(ctx);
	__be32 *stack = frame + UNTAGGED;
	struct label_entry *entry;
	__u32 shim, label;

	if ((void *)(stack + 1) > end)
		return OUTCOMES;
	shim = bpf_ntohl(*stack);
	label = SHIM_LABEL(shim);
	entry = bpf_map_lookup_elem(&labels, &label);
	if (!entry || entry->action != LABEL_TO_PORT || !(shim & SHIM_BOTTOM) || SHIM_TTL(shim) <= 1)
		return OUTCOMES;
	*stack = bpf_htonl(shim - 1);
	address(frame, entry->mac, cfg);
	if (label >= FIRST_SESSION_LABEL)
		entry->packets++;
	if (!is_back(label))
		count_traffic(&target_traffic, entry->target, end - frame);
	return LABEL_SWITCH;
}

/* OUTCOMES: the label was taken off, and link says what is there now. */
static __always_inline enum outcome switch_label(struct xdp_md *ctx, const struct config *cfg,
						 struct link *link)
{
	if (link->bytes == UNTAGGED)
		return switch_behind(ctx, cfg, link, UNTAGGED);
	if (link->bytes == ONE_TAG)
		return switch_behind(ctx, cfg, link, ONE_TAG);
	return switch_behind(ctx, cfg, link, TWO_TAGS);
}

/* Addresses a frame to a target that takes it as it is. */
static __always_inline void readdress(struct xdp_md *ctx, const struct config *cfg, const __u8 *mac)
{
	struct ethhdr *eth = (void *)(long)ctx->data;

	if ((void *)(eth + 1) <= end_of(ctx))
		address(eth, mac, cfg);
}

static __always_inline int push_behind(struct xdp_md *ctx, const struct config *cfg,
				       const __u8 *mac, __u32 shim, __u32 link)
{
	void *frame;

	if (bpf_xdp_adjust_head(ctx, -SHIM_BYTES))
		return -1;
	frame = (void *)(long)ctx->data;
	if (frame + link + SHIM_BYTES > end_of(ctx))
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
