/* SPDX-License-Identifier: GPL-2.0 */
/* The algorithms (claims L4, H1, H17): which target of its row a flow of a service gets. */
#ifndef SHUNT_BALANCE_H
#define SHUNT_BALANCE_H

#include <linux/in.h>
#include "counters.h"
#include "hash.h"

/* How often the second of two places is drawn again because it leads to the first one's target. */
#define DRAWS	16

static __always_inline struct target *target_of(__u32 label)
{
	__u32 slot = (label - FIRST_TARGET_LABEL) / 2;
	struct target *target = bpf_map_lookup_elem(&targets, &slot);

	/* Slots never used hold label 0, and TARGET_ABSENT is what a used one ends as. */
	return target && target->label == label && target->state != TARGET_ABSENT ? target : NULL;
}

static __always_inline int is_sum(const struct service *service)
{
	return service->algorithm >= ALGORITHM_SUM3;
}

/* The row's label at a place; 0 if there is none. */
static __always_inline __u32 label_at(const struct service *service, __u32 place)
{
	__u32 bucket = service->row_base + place;
	__u32 *label = bpf_map_lookup_elem(&rows, &bucket);

	return label ? *label : 0;
}

/* A session of this target began (1) or ended (-1). */
static __always_inline void count_load(__u32 label, __s64 change)
{
	__u32 slot = (label - FIRST_TARGET_LABEL) / 2;
	__s64 *load = bpf_map_lookup_elem(&target_load, &slot);

	if (load)
		__sync_fetch_and_add(load, change);
}

/* By hash: the same for every packet of a flow and on every member. */
static __always_inline __u32 hashed(const union flow *flow, enum family family,
				    const struct service *service, __u32 seed)
{
	__u32 hash = service->algorithm == ALGORITHM_SOURCE ?
		     source_hash(flow, family, seed) : flow_hash(flow, family, seed);

	return label_at(service, bucket_of(hash, service->row_size));
}

static __always_inline __u64 sum_addresses(const union flow *flow, enum family family)
{
	if (family == IPV4)
		return (__u64)bpf_ntohl(flow->four.source) + bpf_ntohl(flow->four.destination);
	return (__u64)folded(flow->six.source) + folded(flow->six.destination);
}

/*
 * Claim H1: (SRC_IP + DEST_IP + DEST_PORT) % N. Claims H17 and H27:
 * (SRC_IP + SRC_PORT + DEST_IP + DEST_PORT + PROTOCOL) % N. In 64 bits, so that nothing wraps; an
 * IPv6 address is folded to 32 bits first.
 * The row repeats the N targets, so that its size, a multiple of N, leaves the remainder by N as
 * it is.
 */
static __always_inline __u32 summed(const union flow *flow, enum family family,
				    const struct service *service)
{
	__u64 sum = sum_addresses(flow, family) + bpf_ntohs(flow->six.destination_port);

	if (service->algorithm == ALGORITHM_SUM5)
		sum += bpf_ntohs(flow->six.source_port) + flow->six.protocol;
	return sum % service->row_size;
}

static __always_inline __u32 next_in_turn(const struct service *service)
{
	__u32 index = service->index;
	__u64 *turn = bpf_map_lookup_elem(&turns, &index);

	return turn ? label_at(service, __sync_fetch_and_add(turn, 1) % service->row_size) : 0;
}

/* Live sessions for each unit of weight, in a form that compares without a division. */
struct load {
	__u64 sessions;
	__u32 weight;
};

static __always_inline struct load load_of(__u32 label)
{
	__u32 slot = (label - FIRST_TARGET_LABEL) / 2;
	__s64 *sessions = bpf_map_lookup_elem(&target_load, &slot);
	struct target *target = target_of(label);
	struct load load = { 0, 1 };

	/* Below zero for a moment while the loader puts it right. */
	if (sessions && *sessions > 0)
		load.sessions = *sessions;
	if (target)
		load.weight = target->weight;
	return load;
}

static __always_inline __u32 random_label(const struct service *service)
{
	return label_at(service, bucket_of(bpf_get_prandom_u32(), service->row_size));
}

/*
 * The power of two choices (M. Mitzenmacher, 2001): of two random targets the less loaded one.
 * Nearly as even as the least of all, at the cost of two, and no herd runs to the newest target.
 */
static __always_inline __u32 less_loaded(const struct service *service)
{
	__u32 one = random_label(service);
	__u32 other = one;
	struct load a, b;
	int i;

	for (i = 0; i < DRAWS && other == one; i++)
		other = random_label(service);
	if (other == one)
		return one;
	a = load_of(one);
	b = load_of(other);
	return (b.sessions + 1) * a.weight < (a.sessions + 1) * b.weight ? other : one;
}

/* The target of a packet that no session leads: the same on every member, whatever it opens. */
static __always_inline __u32 pick(const union flow *flow, enum family family,
				  const struct service *service, __u32 seed)
{
	if (!service->row_size)
		return 0;
	return is_sum(service) ? label_at(service, summed(flow, family, service)) :
				 hashed(flow, family, service, seed);
}

/* The target of a packet that opens a session. */
static __always_inline __u32 pick_new(const union flow *flow, enum family family,
				      const struct service *service, __u32 seed)
{
	if (!service->row_size)
		return 0;
	switch (service->algorithm) {
	case ALGORITHM_ROUND_ROBIN:
		return next_in_turn(service);
	case ALGORITHM_LEAST_CONNECTIONS:
		return less_loaded(service);
	case ALGORITHM_SUM3:
	case ALGORITHM_SUM5:
		/* Any datagram could be the next of its flow: it goes where the flow is. */
		if (flow->six.protocol != IPPROTO_TCP)
			return label_at(service, summed(flow, family, service));
		return label_at(service, service->row_size + summed(flow, family, service));
	default:
		return hashed(flow, family, service, seed);
	}
}

#endif
