/* SPDX-License-Identifier: GPL-2.0 */
/* Which target a packet of a service goes to, and what that does to the session table. */
#ifndef SHUNT_SESSION_H
#define SHUNT_SESSION_H

#include "counters.h"
#include "embryo.h"
#include "parse.h"
#include "recent.h"

#define EEXIST	17

/* A packet's target label (0: none), how it came to it, and its service as in struct session. */
struct choice {
	__u32 label;
	__u32 service;
	enum way way;
};

/* A packet on its way to a session. */
struct search {
	const struct packet *packet;
	const struct config *cfg;
	struct now now;
	__u64 mark;
	int is_tcp;
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

static __always_inline struct service *service_of(const struct flow4 *flow)
{
	struct service_key key = {};

	key.vip = flow->destination;
	key.port = flow->destination_port;
	key.protocol = flow->protocol;
	return bpf_map_lookup_elem(&services, &key);
}

static __always_inline struct choice choose_new(const struct search *search,
						const struct service *service, enum way way)
{
	struct choice choice = {
		pick(&search->packet->flow, service, search->cfg), service->index + 1, way,
	};

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

static __always_inline void seen(struct session *session, const struct now *now)
{
	/* A flow stays on one CPU; a lost increment where it does not is no harm. */
	session->packets++;
	session->last_seen = now->nanos;
}

/* A session whose target takes nothing any more, or takes no new start. */
static __always_inline struct choice strayed(struct session *session, const struct search *search,
					     int moves)
{
	const struct packet *packet = search->packet;
	struct service *service = service_of(&packet->flow);
	struct choice choice = { .way = WAYS };

	if (!service)
		return choice;
	choice = choose_new(search, service, moves ? WAY_MOVED : WAY_STATELESS);
	if (moves && choice.label) {
		session->target = choice.label;
		session->state = SESSION_OPENING;
		tell(&packet->flow, choice.label, EVENT_OPENED);
		seen(session, &search->now);
	}
	return choice;
}

static __always_inline struct choice known(struct session *session, const struct search *search)
{
	const struct packet *packet = search->packet;
	struct target *target = target_of(session->target);
	struct choice choice = { session->target, session->service, WAY_SESSION };
	int moves = packet->opens && may_move(session, target, search->is_tcp);

	if (moves || takes_none(target))
		return strayed(session, search, moves);
	if (!session->service) {
		/* Another member's, written by the loader. */
		struct service *service = service_of(&packet->flow);

		if (service)
			choice.service = session->service = service->index + 1;
	}
	advance(session, packet, search->is_tcp);
	seen(session, &search->now);
	return choice;
}

/* Makes a session of it, if the table has room. */
static __always_inline struct choice begin(const struct search *search, struct choice choice,
					   enum session_state state, enum event_kind kind)
{
	const struct flow4 *flow = &search->packet->flow;
	struct session session = {
		.last_seen = search->now.nanos,
		.packets = 1,
		.target = choice.label,
		.state = state,
		.service = choice.service,
	};
	long failure = bpf_map_update_elem(&sessions4, flow, &session, BPF_NOEXIST);

	if (!failure)
		tell(flow, choice.label, kind);
	else if (failure == -EEXIST)
		/* Another CPU was faster with a packet of the same flow; it chose the same. */
		choice.way = WAY_SESSION;
	else
		choice.way = WAY_TABLE_FULL;
	return choice;
}

/* A SYN: an embryo, or the same SYN again. */
static __always_inline struct choice conceive(const struct search *search,
					      const struct service *service, __u32 embryo)
{
	struct target *target = embryo ? target_of(embryo) : NULL;
	struct choice choice = { embryo, service->index + 1, WAY_OPENING };

	if (target && (target->state == TARGET_UP || target->state == TARGET_DRAINED))
		return choice;
	choice = choose_new(search, service, WAY_NEW);
	if (choice.label)
		embryo_put(search->mark, search->now.nanos, choice.label);
	return choice;
}

/* The packet after the SYN. */
static __always_inline struct choice hatch(const struct search *search,
					   const struct service *service, __u32 embryo)
{
	struct choice choice = { embryo, service->index + 1, WAY_ESTABLISHED };

	if (search->packet->resets)
		choice.way = WAY_OPENING;
	else if (search->packet->closes)
		choice = begin(search, choice, SESSION_CLOSING, EVENT_CLOSING);
	else
		choice = begin(search, choice, SESSION_ESTABLISHED, EVENT_ESTABLISHED);
	/* Where the table is full it goes on leading its flow for a while. */
	if (choice.way != WAY_TABLE_FULL)
		embryo_put(search->mark, search->now.nanos, 0);
	return choice;
}

/*
 * A flow without a session and without an embryo. One that goes on gets a session too, to stay where
 * it is when the row changes: it was opened through a member whose processes died before they could
 * tell.
 */
static __always_inline struct choice adopt(const struct search *search,
					   const struct service *service)
{
	struct choice choice = choose_new(search, service, WAY_STATELESS);

	if (!search->packet->continues || !choice.label)
		return choice;
	return begin(search, choice, SESSION_OPENING, EVENT_OPENED);
}

static __always_inline struct choice unknown(const struct search *search)
{
	struct service *service = service_of(&search->packet->flow);
	struct choice choice = { .way = WAYS };
	__u32 embryo;

	if (!service)
		return choice;
	if (!search->is_tcp) {
		choice = choose_new(search, service, WAY_NEW);
		return choice.label ? begin(search, choice, SESSION_OPENING, EVENT_OPENED) : choice;
	}
	embryo = embryo_target(search->mark, search->now.nanos);
	if (search->packet->opens)
		return conceive(search, service, embryo);
	if (embryo && !takes_none(target_of(embryo)))
		return hatch(search, service, embryo);
	return adopt(search, service);
}

static __always_inline struct choice look_up(const struct search *search, struct recent *recent)
{
	const struct flow4 *flow = &search->packet->flow;
	struct session *session = bpf_map_lookup_elem(&sessions4, flow);
	struct choice choice;

	if (!session)
		return unknown(search);
	choice = known(session, search);
	set_recent(recent, flow, session, search->now.tick);
	return choice;
}

/* What starts or ends a session must see it. */
static __always_inline struct choice choose(const struct packet *packet, const struct config *cfg)
{
	struct search search = {
		.packet = packet,
		.cfg = cfg,
		.now = clock_now(),
		.mark = flow_mark(&packet->flow),
		.is_tcp = packet->flow.protocol == IPPROTO_TCP,
	};
	struct recent *recent = recent_place(search.mark);
	struct choice choice = { .way = WAY_SESSION };

	if (!recent) {
		choice.way = WAYS;
		return choice;
	}
	if (is_recent(recent, &packet->flow, search.now.tick) && !packet->closes &&
	    !(packet->opens && search.is_tcp) && !takes_none(target_of(recent->target))) {
		recent->packets++;
		choice.label = recent->target;
		choice.service = recent->service;
		return choice;
	}
	return look_up(&search, recent);
}

#endif
