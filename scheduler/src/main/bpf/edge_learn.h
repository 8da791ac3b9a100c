/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Learned labels: which label a flow of this host is sent with, and to which machine.
 *
 * A label is used only while the other side confirms it, that is for config.fresh after the last
 * labelled packet. So one that the array withdrew, or that leads to a scheduler that died, is soon
 * used no more; without a label a packet still arrives, only by analysis or directly.
 */
#ifndef SHUNT_EDGE_LEARN_H
#define SHUNT_EDGE_LEARN_H

#include "edge_headers.h"
#include "edge_maps.h"

#define VLAN_MASK	0xfff
#define VLAN_SHIFT	16

static __always_inline int is_same(const __u8 *address, const __u8 *other)
{
	/* By halves: there is no memcmp() to call here. */
	return *(const __u32 *)address == *(const __u32 *)other &&
	       *(const __u16 *)(address + 4) == *(const __u16 *)(other + 4);
}

static __always_inline int is_session_label(__u32 label)
{
	return label >= EDGE_FIRST_SESSION_LABEL;
}

/* A server is sent odd labels, a client even ones. */
static __always_inline int is_of_this_side(__u32 label, enum edge_role role)
{
	return (label & 1) == (role == EDGE_SERVER) && label <= EDGE_LAST_SESSION_LABEL;
}

/* The label of the other direction (claims L7, L13, L14): each side computes it by itself. */
static __always_inline __u32 opposite(__u32 label)
{
	return label & 1 ? label + 1 : label - 1;
}

static __always_inline void forget(const struct flow6 *sent)
{
	if (!bpf_map_delete_elem(&learned, sent))
		count_aside(EDGE_FORGOTTEN);
}

/* Both sides have closed, and this is the answer to the last FIN. */
static __always_inline int is_last(const struct learned *entry, __u8 flags)
{
	return entry->closed == EDGE_CLOSED_BOTH && !(flags & TCP_FIN);
}

static __always_inline int is_fresh(const struct learned *entry, const struct edge_config *cfg)
{
	return bpf_ktime_get_coarse_ns() < entry->last_seen + cfg->fresh;
}

/*
 * Whether another machine announced the VIP after this label was last confirmed: the one that it
 * leads to may be dead, and waiting for fresh to run out would let bulk data stall.
 */
static __always_inline int is_left_behind(const struct learned *entry, const __be32 *vip)
{
	struct vip key;
	struct announced *who;

	__builtin_memcpy(key.address, vip, sizeof(key.address));
	who = bpf_map_lookup_elem(&announced, &key);
	return who && who->since >= entry->last_seen && !is_same(who->mac, entry->mac);
}

static __always_inline __u32 add_vlan(__u32 vlans, __be16 control)
{
	__u32 vlan = bpf_ntohs(control) & VLAN_MASK;

	/* VLAN 0 is none: the tag is there for its priority. */
	return vlan ? vlans << VLAN_SHIFT | vlan : vlans;
}

/*
 * Whether the machine that the label came from is to be reached by where this packet goes. A card
 * may have taken the outermost tag off before this program saw it.
 */
static __always_inline int is_same_vlan(__u32 seen, __u32 sent)
{
	return !seen || seen == sent || seen == (sent & VLAN_MASK);
}

/*
 * A packet came with a session's label from the machine with that address. direct: 1 if it came in
 * UDP; then it says nothing of the way back, but whose the flow is.
 */
static __always_inline enum edge_outcome learn(const struct headers *headers, __u32 label,
					       const __u8 *mac, __u32 vlans, __u8 direct)
{
	struct flow6 sent = reverse(&headers->flow);
	struct learned *known = bpf_map_lookup_elem(&learned, &sent);
	struct learned entry = { .label = opposite(label), .received = 1,
				 .direct = direct, .vlans = vlans };

	/* A SYN begins anew whatever an earlier connection of the same ports left. */
	if (headers->flags & TCP_SYN)
		known = NULL;
	if (headers->flags & TCP_RST || (known && is_last(known, headers->flags))) {
		forget(&sent);
		return IN_WITHDRAWN;
	}
	if (headers->flags & TCP_FIN)
		entry.closed = EDGE_CLOSED_IN;
	entry.last_seen = bpf_ktime_get_coarse_ns();
	__builtin_memcpy(entry.mac, mac, ETH_ALEN);

	if (known) {
		if (known->label == entry.label && known->vlans == vlans &&
		    known->direct == direct && is_same(known->mac, mac)) {
			known->last_seen = entry.last_seen;
			known->received++;
			known->closed |= entry.closed;
			return IN_KNOWN;
		}
		entry.closed |= known->closed;
		entry.received += known->received;
		entry.sent = known->sent;
	}
	/* As a whole, so that no packet is sent with the new label to the old machine. */
	if (bpf_map_update_elem(&learned, &sent, &entry, BPF_ANY)) {
		count_aside(EDGE_NOT_LEARNED);
		return IN_POPPED;
	}
	return IN_LEARNED;
}

#endif
