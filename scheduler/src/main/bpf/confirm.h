/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which machine an own session's packets come from, by which its answers go back (claim L8).
 *
 * Each packet with the session's label confirms it. So answers never go to a machine that does not
 * know the session: a scheduler that has just taken over may not, until it sent a packet of it.
 */
#ifndef SHUNT_CONFIRM_H
#define SHUNT_CONFIRM_H

#include "clock.h"
#include "flow.h"
#include "link.h"

/* Of nanoseconds: about a millisecond, so that 32 bits last for weeks. */
#define CONFIRM_SHIFT	20
/* As long as an edge uses a label by default. */
#define CONFIRM_LIFE	(10 * 1000000000ULL >> CONFIRM_SHIFT)
/* By how much another CPU's clock may be ahead at most: a few ticks, see clock.h. */
#define CONFIRM_AHEAD	64

/* Never 0. */
static __always_inline __u32 confirm_time(__u64 nanos)
{
	__u32 time = nanos >> CONFIRM_SHIFT;

	return time ? time : 1;
}

static __always_inline void confirm(struct label_entry *entry, const __u8 *mac, __u64 nanos)
{
	__builtin_memcpy(entry->mac, mac, ETH_ADDRESS);
	entry->confirmed = confirm_time(nanos);
}

/* Calls: see look_up4(). A frame with an own session's label. */
__attribute__((noinline)) int confirm_sender(struct xdp_md *ctx, __u32 label)
{
	struct label_entry *entry = bpf_map_lookup_elem(&labels, &label);
	struct ethhdr *eth = (void *)(long)ctx->data;

	if (entry && (void *)(eth + 1) <= end_of(ctx))
		confirm(entry, eth->h_source, clock_now().nanos);
	return 0;
}

/* Calls: see look_up4(). Whose frame this is has the scheduler's VIPs from now on. */
__attribute__((noinline)) int set_holder(struct xdp_md *ctx)
{
	struct holder now = { .since = confirm_time(clock_now().nanos) };
	struct ethhdr *eth = (void *)(long)ctx->data;
	__u32 zero = 0;

	if ((void *)(eth + 1) > end_of(ctx))
		return 0;
	__builtin_memcpy(now.mac, eth->h_source, ETH_ADDRESS);
	bpf_map_update_elem(&holder, &zero, &now, BPF_ANY);
	return 0;
}

#endif
