/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Admission control (claims L4, L11): whether a service with limits takes one more session, and
 * which of its targets has room for it.
 *
 * Asked for packets that open a session, and never twice: not for a session that is known, an embryo
 * that goes on, or a packet whose label says that it has a session.
 */
#ifndef SHUNT_ADMIT_H
#define SHUNT_ADMIT_H

#include "balance.h"

#define SECOND		1000000000ULL
/* Places of the row that are tried beside the flow's own. */
#define PROBES		16
/* How often another CPU may have been faster. */
#define RATE_TRIES	16

static __always_inline struct admission *admission_of(__u32 index)
{
	return bpf_map_lookup_elem(&admissions, &index);
}

/* A live session of a service began (1) or ended (-1). service: as in struct session. */
static __always_inline void count_sessions(__u32 service, __s64 change)
{
	struct admission *limits = admission_of(service - 1);

	if (limits && limits->burst)
		__sync_fetch_and_add(&limits->sessions, change);
}

static __always_inline int has_room(const struct admission *limits, __u32 label)
{
	__u32 slot = (label - FIRST_TARGET_LABEL) / 2;
	__s64 *load = bpf_map_lookup_elem(&target_load, &slot);

	return !load || *load < (__s64)limits->max_per_target;
}

/*
 * The target that the algorithm chose, or the next one of the row that has room; 0 if none has that
 * is tried. Rows by turns have their targets side by side, in the others they are well mixed.
 */
static __always_inline __u32 with_room(const struct service *service,
				       const struct admission *limits, __u32 label, __u32 spread)
{
	__u32 place = bucket_of(spread, service->row_size);
	int i;

	if (!limits->max_per_target || has_room(limits, label))
		return label;
	for (i = 0; i < PROBES; i++) {
		label = label_at(service, place);
		if (has_room(limits, label))
			return label;
		if (++place >= service->row_size)
			place = 0;
	}
	return 0;
}

/*
 * The generic cell rate algorithm (ITU-T I.371), shared by all CPUs: due is when all that was
 * admitted would be due by the rate alone, and may lie ahead by as much as the burst takes.
 */
static __always_inline int is_in_time(struct admission *limits)
{
	__u64 now = bpf_ktime_get_ns();
	__u64 interval, due, next;
	int i;

	if (!limits->rate)
		return 1;
	interval = SECOND / limits->rate;
	for (i = 0; i < RATE_TRIES; i++) {
		due = *(volatile __u64 *)&limits->due;
		next = (due > now ? due : now) + interval;
		if (next - now > interval * limits->burst)
			return 0;
		if (__sync_val_compare_and_swap(&limits->due, due, next) == due)
			return 1;
	}
	return 0;
}

/*
 * REFUSALS: it is admitted, and label the target's. The rate comes last, for what is refused must
 * not use it up.
 */
static __always_inline enum refusal refusal_of(const struct service *service,
					       struct admission *limits, __u32 *label,
					       __u32 spread)
{
	if (limits->max_sessions && limits->sessions >= (__s64)limits->max_sessions)
		return REFUSAL_SESSIONS;
	if ((bpf_get_prandom_u32() & 0xffff) < limits->shed)
		return REFUSAL_LOAD;
	*label = with_room(service, limits, *label, spread);
	if (!*label)
		return REFUSAL_TARGETS;
	return is_in_time(limits) ? REFUSALS : REFUSAL_RATE;
}

static __always_inline void count_refusal(__u32 index, enum refusal reason)
{
	struct refusals *counts = bpf_map_lookup_elem(&refusals, &index);

	if (reason >= REFUSALS)
		return;
	if (counts)
		counts->reasons[reason]++;
	count_aside(REFUSED_SESSIONS + reason);
}

/*
 * Calls: see look_up4(). label: the target that the algorithm chose; spread: where in the row
 * another one is looked for. Returns the target's label, or else the enum way by which the packet
 * ends, which is less than any label.
 */
__attribute__((noinline)) int admit(const struct service *service, __u32 label, __u32 spread)
{
	struct admission *limits;
	enum refusal reason;

	if (!service)
		return WAY_SILENCED;
	limits = admission_of(service->index);
	if (!limits)
		return WAY_SILENCED;
	reason = refusal_of(service, limits, &label, spread);
	if (reason == REFUSALS)
		return label;
	count_refusal(service->index, reason);
	return limits->silent ? WAY_SILENCED : WAY_REFUSED;
}

/*
 * Where in the row another target is looked for: by the flow, or by the client where that is what
 * the algorithm goes by, for its sessions to stay together.
 */
static __always_inline __u32 spread_of(const union flow *flow, enum family family, __u64 mark,
				       const struct service *service)
{
	__u32 client = family == IPV4 ? flow->four.source : folded(flow->six.source);

	return service->algorithm == ALGORITHM_SOURCE ? client * 0x9e3779b1U : mark >> 32;
}

#endif
