/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Labels of sessions (claims L6 to L13): a pair out of the pool when a session begins, and the two
 * entries of the label switching table by which its packets go without being looked into.
 *
 * A label that this machine does not know, on a frame from the scheduler, is a message: the session
 * is yours. So a session needs no replication to arrive at its target, and nobody waits for it.
 */
#ifndef SHUNT_PAIR_H
#define SHUNT_PAIR_H

#include <linux/if_ether.h>
#include "counters.h"
#include "flow.h"
#include "vip.h"

/* What a label entry remembers its session by: the part of the mark that finds no bucket. */
static __always_inline __u32 owner_of(__u64 mark)
{
	return mark >> 32;
}

/* The odd label of a pair; 0 if there is none to be had. */
static __always_inline __u32 take_pair(void)
{
	__u32 pair;

	if (bpf_map_pop_elem(&label_pool, &pair) || pair >= PAIRS) {
		count_aside(POOL_EMPTY);
		return 0;
	}
	count_aside(PAIR_TAKEN);
	return FIRST_SESSION_LABEL + 2 * pair;
}

static __always_inline void return_pair(__u32 label)
{
	__u32 pair = (label - FIRST_SESSION_LABEL) / 2;

	/* There is room: it was just taken. */
	if (label && !bpf_map_push_elem(&label_pool, &pair, 0))
		count_aside(PAIR_RETURNED);
}

/* The pair for a new session of this service; 0: it goes without. */
static __always_inline __u32 pair_for(const struct service *service, const struct target *target)
{
	return service->labels && target && !target->local && !target->plain ? take_pair() : 0;
}

static __always_inline void set_entry(__u32 label, const struct label_entry *from)
{
	struct label_entry *entry = bpf_map_lookup_elem(&labels, &label);

	if (!entry)
		return;
	entry->target = from->target;
	entry->ethertype = from->ethertype;
	__builtin_memcpy(entry->mac, from->mac, ETH_ADDRESS);
	entry->ifindex = from->ifindex;
	entry->owner = from->owner;
	entry->packets = 0;
	entry->confirmed = 0;
	barrier();
	entry->action = from->action;
}

static __always_inline struct label_entry entry_of(const struct session *session, __u64 mark,
						   enum family family)
{
	struct label_entry entry = {
		.target = (session->target - FIRST_TARGET_LABEL) / 2,
		.ethertype = family == IPV4 ? bpf_htons(ETH_P_IP) : bpf_htons(ETH_P_IPV6),
		.owner = owner_of(mark),
		.ifindex = config.ifindex,
	};

	return entry;
}

/* The way back: to the client's side, with the label on if the client takes it. */
static __always_inline void set_back(const struct session *session, __u64 mark, enum family family)
{
	struct label_entry entry = entry_of(session, mark, family);

	entry.action = session->flags & CLIENT_LABELS ? LABEL_TO_PORT : LABEL_POP_TO_PORT;
	__builtin_memcpy(entry.mac, session->client_mac, ETH_ADDRESS);
	set_entry(session->label + 1, &entry);
}

/* The way to the server; target: the session's. */
static __always_inline void set_forth(const struct session *session, const struct target *target,
				      __u64 mark, enum family family)
{
	struct label_entry entry = entry_of(session, mark, family);

	entry.action = target->local  ? LABEL_TO_STACK :
		       target->tunnel ? LABEL_TO_TUNNEL : LABEL_TO_PORT;
	__builtin_memcpy(entry.mac, target->mac, ETH_ADDRESS);
	set_entry(session->label, &entry);
}

/* Unless another session has it by now. */
static __always_inline void clear_entry(__u32 label, __u64 mark)
{
	struct label_entry *entry = bpf_map_lookup_elem(&labels, &label);

	if (entry && entry->owner == owner_of(mark))
		entry->action = LABEL_NONE;
}

/* Both of a session's labels, unless another one has them by now. label: 0 if it has none. */
static __always_inline void clear_pair(__u32 label, __u64 mark)
{
	if (label) {
		clear_entry(label, mark);
		clear_entry(label + 1, mark);
	}
}

static __always_inline int same_mac(const __u8 *a, const __u8 *b)
{
	__u16 tail = *(const __u16 *)(a + 4) ^ *(const __u16 *)(b + 4);

	return !(tail | (*(const __u16 *)a ^ *(const __u16 *)b) |
		 (*(const __u16 *)(a + 2) ^ *(const __u16 *)(b + 2)));
}

/*
 * This machine's label as a target, if a packet with this label, unknown so far, is here because a
 * scheduler chose this machine: 0 if not. Where this machine is the scheduler itself, the label is
 * a client's, of a session that is no more; but for a connection that this machine's stack has:
 * the scheduler before it chose it, and goes on until its neighbours have heard of the new one.
 */
static __always_inline __u32 chosen_by(__u32 label, int held)
{
	__u32 zero = 0;
	__u32 *own;

	if (label < FIRST_SESSION_LABEL || (!held && holds_lease()))
		return 0;
	own = bpf_map_lookup_elem(&own_label, &zero);
	return own ? *own : 0;
}

#endif
