/* SPDX-License-Identifier: GPL-2.0 */
/*
 * 'shunt trace': what became of packets, as they happen. A sample of them goes to the loader with
 * its outcome and its first bytes.
 *
 * Off, it costs the test of one field that stands beside what every packet needs. On, it ends by
 * itself: the loader has to move the deadline on, and one that is dead does not.
 */
#ifndef SHUNT_TRACE_H
#define SHUNT_TRACE_H

#include "clock.h"
#include "counters.h"
#include "ip6.h"
#include "parse.h"
#include "shim.h"

/* The labels that are stepped over to find the flow. */
#define TRACE_LABELS	2

/* Whose packet it is, IPv4 addresses as mapped ones. */
struct trace_flow {
	__be32 source[4];
	__be32 destination[4];
	__be16 source_port;
	__be16 destination_port;
	__u8 protocol;
};

static __always_inline void copy_head(struct trace *trace, struct xdp_md *ctx)
{
	__u8 *frame = (void *)(long)ctx->data;
	__u8 *end = end_of(ctx);
	int i;

	trace->length = end - frame;
	trace->bytes = trace->length < TRACE_HEAD ? trace->length : TRACE_HEAD;
#pragma nounroll
	for (i = 0; i < TRACE_HEAD; i++) {
		if (frame + i + 1 > end)
			break;
		trace->head[i] = frame[i];
	}
}

/* Where the IP header begins; 0 if there is none. */
static __always_inline __u32 ip_at(const struct trace *trace)
{
	__u32 at = UNTAGGED;
	__be16 type = *(__be16 *)(trace->head + at - TYPE_BYTES);
	int i;

	if (trace->bytes < TWO_TAGS + TRACE_LABELS * SHIM_BYTES + 1)
		return 0;
#pragma unroll
	for (i = 0; i < 2; i++) {
		if (is_tag(type)) {
			at += TAG_BYTES;
			type = *(__be16 *)(trace->head + at - TYPE_BYTES);
		}
	}
	if (type == bpf_htons(ETH_P_IP) || type == bpf_htons(ETH_P_IPV6))
		return at;
	if (type != bpf_htons(ETH_P_MPLS_UC))
		return 0;
#pragma unroll
	for (i = 0; i < TRACE_LABELS; i++) {
		__u32 shim = bpf_ntohl(*(__be32 *)(trace->head + at));

		at += SHIM_BYTES;
		if (shim & SHIM_BOTTOM)
			return at;
	}
	return 0;
}

static __always_inline int read_flow(const struct trace *trace, struct trace_flow *flow)
{
	__u32 at = ip_at(trace);
	const struct iphdr *four = (void *)(trace->head + at);
	const struct ipv6hdr *six = (void *)(trace->head + at);
	__u32 ports;

	if (!at || at + sizeof(*four) > trace->bytes)
		return -1;
	if (four->version == 4) {
		flow->source[2] = flow->destination[2] = bpf_htonl(0xffff);
		flow->source[3] = four->saddr;
		flow->destination[3] = four->daddr;
		flow->protocol = four->protocol;
		ports = at + four->ihl * 4;
	} else {
		if (six->version != 6 || at + sizeof(*six) > trace->bytes)
			return -1;
		__builtin_memcpy(flow->source, &six->saddr, sizeof(flow->source));
		__builtin_memcpy(flow->destination, &six->daddr, sizeof(flow->destination));
		flow->protocol = six->nexthdr;
		ports = at + sizeof(*six);
	}
	if ((flow->protocol == IPPROTO_TCP || flow->protocol == IPPROTO_UDP) &&
	    ports + 4 <= trace->bytes && ports <= TRACE_HEAD - 4) {
		flow->source_port = *(__be16 *)(trace->head + ports);
		flow->destination_port = *(__be16 *)(trace->head + ports + 2);
	}
	return 0;
}

static __always_inline int is_in(const __be32 *address, const struct trace_prefix *prefix)
{
	__u32 differs = 0;
	int i;

#pragma unroll
	for (i = 0; i < 4; i++)
		differs |= (address[i] ^ prefix->address[i]) & prefix->mask[i];
	return !differs;
}

/* What the program answers goes back to who is asked for: it counts as what was answered. */
static __always_inline int is_answer(__u32 outcome)
{
	return outcome == ND_ANSWER || outcome == TOO_BIG_ANSWER || outcome == REFUSE_RESET ||
	       outcome == REFUSE_UNREACHABLE || outcome == SYN_COOKIE;
}

static __always_inline int is_wanted(const struct trace *trace, const struct tracing *wanted)
{
	struct trace_flow flow = {};

	if (read_flow(trace, &flow))
		return 0;
	if (wanted->protocol && wanted->protocol != flow.protocol)
		return 0;
	if (wanted->port && wanted->port != flow.source_port &&
	    wanted->port != flow.destination_port)
		return 0;
	if (is_answer(trace->outcome))
		return is_in(flow.destination, &wanted->from) && is_in(flow.source, &wanted->to);
	return is_in(flow.source, &wanted->from) && is_in(flow.destination, &wanted->to);
}

/* All but one of so many are. */
static __always_inline int is_passed_over(struct trace_room *room, const struct tracing *wanted)
{
	if (room->trace.round != wanted->round) {
		room->trace.round = wanted->round;
		room->skip = 0;
	}
	if (room->skip) {
		room->skip--;
		return 1;
	}
	room->skip = wanted->every - 1;
	return 0;
}

/* Calls: see look_up4(). The frame as it leaves. */
__attribute__((noinline)) int trace_packet(struct xdp_md *ctx, __u32 outcome)
{
	__u32 zero = 0;
	struct tracing *wanted = bpf_map_lookup_elem(&tracing, &zero);
	struct trace_room *room = bpf_map_lookup_elem(&trace_room, &zero);
	__u64 now = bpf_ktime_get_ns();

	if (!wanted || !room || outcome >= OUTCOMES)
		return 0;
	if (now >= wanted->deadline) {
		/* Unless the loader has begun another meanwhile. */
		__sync_val_compare_and_swap(&config.tracing, wanted->round, 0);
		return 0;
	}
	if (!(wanted->outcomes[outcome / 64 % TRACE_WORDS] >> (outcome % 64) & 1))
		return 0;
	/* To find its flow it has to be copied: the fewer the better. */
	if (!wanted->by_flow && is_passed_over(room, wanted))
		return 0;
	room->trace.outcome = outcome;
	copy_head(&room->trace, ctx);
	if (wanted->by_flow && (!is_wanted(&room->trace, wanted) || is_passed_over(room, wanted)))
		return 0;
	room->trace.nanos = now;
	room->trace.cpu = bpf_get_smp_processor_id();
	if (bpf_ringbuf_output(&traces, &room->trace, sizeof(room->trace), 0))
		count_aside(TRACE_LOST);
	return 0;
}

/* The end of every packet. */
static __always_inline void account(struct xdp_md *ctx, enum outcome outcome)
{
	count_outcome(outcome);
	if (config.tracing)
		trace_packet(ctx, outcome);
}

#endif
