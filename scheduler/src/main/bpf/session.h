/* SPDX-License-Identifier: GPL-2.0 */
/* Which target a packet of a service goes to, and what that does to the session table. */
#ifndef SHUNT_SESSION_H
#define SHUNT_SESSION_H

#include "counters.h"
#include "hash.h"
#include "parse.h"

#define EEXIST	17

/* A packet's target label (0: none) and how it came to it. */
struct choice {
	__u32 label;
	enum way way;
};

static __always_inline void tell(const struct flow4 *flow, __u32 label, enum event_kind kind)
{
	struct session_event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event) {
		count_aside(EVENT_LOST);
		return;
	}
	event->flow = *flow;
	event->target = label;
	event->kind = kind;
	bpf_ringbuf_submit(event, 0);
}

static __always_inline struct target *target_of(__u32 label)
{
	__u32 slot = (label - FIRST_TARGET_LABEL) / 2;
	struct target *target = bpf_map_lookup_elem(&targets, &slot);

	/* Slots never used hold label 0, and TARGET_ABSENT is what a used one ends as. */
	return target && target->label == label && target->state != TARGET_ABSENT ? target : NULL;
}

static __always_inline __u32 pick(const struct flow4 *flow, const struct service *service,
				  const struct config *cfg)
{
	__u32 bucket = service->row_base;
	__u32 *label;

	if (!service->row_size)
		return 0;
	bucket += bucket_of(flow_hash(flow, cfg->seed), service->row_size);
	label = bpf_map_lookup_elem(&rows, &bucket);
	return label ? *label : 0;
}

static __always_inline struct choice stateless(const struct packet *packet,
					       const struct service *service,
					       const struct config *cfg)
{
	struct choice choice = { pick(&packet->flow, service, cfg), WAY_STATELESS };

	return choice;
}

static __always_inline int takes_none(const struct target *target)
{
	return !target || target->state == TARGET_GONE;
}

/*
 * Whether an opening packet that hits a session may take it elsewhere. Not while its target
 * lives: a forged SYN would divert a live session.
 */
static __always_inline int may_move(const struct session *session, const struct target *target,
				    int is_tcp)
{
	if (takes_none(target))
		return 1;
	/* Any UDP packet could be the next of its flow, so it waits for the target. */
	if (!is_tcp)
		return 0;
	return target->state == TARGET_DOWN ||
	       (target->state == TARGET_DRAINED && session->state == SESSION_CLOSING);
}

static __always_inline void advance(struct session *session, const struct packet *packet,
				    int is_tcp)
{
	if (packet->closes) {
		if (session->state != SESSION_CLOSING) {
			session->state = SESSION_CLOSING;
			tell(&packet->flow, session->target, EVENT_CLOSING);
		}
	} else if (packet->opens && is_tcp) {
		/* The client uses the port again before the old session was forgotten. */
		if (session->state == SESSION_CLOSING) {
			session->state = SESSION_OPENING;
			tell(&packet->flow, session->target, EVENT_OPENED);
		}
	} else if (session->state == SESSION_OPENING) {
		session->state = SESSION_ESTABLISHED;
		tell(&packet->flow, session->target, EVENT_ESTABLISHED);
	}
}

static __always_inline void seen(struct session *session)
{
	/* A flow stays on one CPU; a lost increment where it does not is no harm. */
	session->packets++;
	session->last_seen = bpf_ktime_get_coarse_ns();
}

static __always_inline struct choice known(struct session *session, const struct packet *packet,
					   const struct service *service, const struct config *cfg)
{
	struct target *target = target_of(session->target);
	int is_tcp = packet->flow.protocol == IPPROTO_TCP;
	struct choice choice = { session->target, WAY_SESSION };

	if (packet->opens && may_move(session, target, is_tcp)) {
		__u32 label = pick(&packet->flow, service, cfg);

		choice.label = label;
		choice.way = WAY_MOVED;
		if (!label)
			return choice;
		session->target = label;
		session->state = SESSION_OPENING;
		tell(&packet->flow, label, EVENT_OPENED);
	} else if (takes_none(target)) {
		return stateless(packet, service, cfg);
	} else {
		advance(session, packet, is_tcp);
	}
	seen(session);
	return choice;
}

/*
 * A flow without a session. One that goes on gets one too, to stay where it is when the row
 * changes: it was opened through a member whose processes died before they could tell.
 */
static __always_inline struct choice unknown(const struct packet *packet,
					     const struct service *service,
					     const struct config *cfg)
{
	struct choice choice = stateless(packet, service, cfg);
	struct session session = {};
	long failure;

	if (!(packet->opens || packet->continues) || !choice.label)
		return choice;
	session.packets = 1;
	session.target = choice.label;
	session.state = SESSION_OPENING;
	session.last_seen = bpf_ktime_get_coarse_ns();
	failure = bpf_map_update_elem(&sessions4, &packet->flow, &session, BPF_NOEXIST);
	if (!failure) {
		if (packet->opens)
			choice.way = WAY_NEW;
		tell(&packet->flow, choice.label, EVENT_OPENED);
	} else if (failure == -EEXIST) {
		/* Another CPU was faster with a packet of the same flow; it picked the same. */
		choice.way = WAY_SESSION;
	} else {
		choice.way = WAY_TABLE_FULL;
	}
	return choice;
}

static __always_inline struct choice choose(const struct packet *packet,
					    const struct service *service,
					    const struct config *cfg)
{
	struct session *session = bpf_map_lookup_elem(&sessions4, &packet->flow);

	return session ? known(session, packet, service, cfg) : unknown(packet, service, cfg);
}

#endif
