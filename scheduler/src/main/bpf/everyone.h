/* SPDX-License-Identifier: GPL-2.0 */
/*
 * VIPs without a scheduler (claims H34, H44): every member gets every packet and calculates whether
 * it is its own. Nothing is remembered; what a member's own stack has a connection for is its
 * own whatever the formula says by now, so that no change of the row takes a connection away.
 *
 * Nobody answers what it does not know: not with RST either, for another member may know it.
 */
#ifndef SHUNT_EVERYONE_H
#define SHUNT_EVERYONE_H

#include "fragment.h"
#include "group.h"
#include "icmp.h"
#include "ip6.h"
#include "link.h"
#include "stack.h"
#include "vip.h"

static __always_inline int is_own(__u32 label)
{
	struct target *target = target_of(label);

	return target && target->local;
}

/*
 * By the formula of the flow's service. Returns as parse_ipv4() does, PASS_OTHER_MAC for what is not
 * everyone's, and PASS_VIP_PORT where there is no service.
 */
static __always_inline enum outcome calculate(struct xdp_md *ctx, __u32 at, struct search *search,
					      struct choice *choice, enum family family)
{
	void *frame = (void *)(long)ctx->data;
	void *ip = frame + (at & LINK_MASK);
	void *end = end_of(ctx);
	struct packet *packet = &search->packet;
	enum outcome otherwise;
	struct service *service;
	__u32 place, *vip;

	if (ip + (family == IPV4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr)) > end)
		return DROP_IP_TRUNCATED;
	packet->bytes = end - frame;
	otherwise = family == IPV4 ? parse_ipv4(packet, ip, end) : parse_ipv6(packet, ip, end);
	vip = family == IPV4 ? vip_of4(packet->flow.four.destination) :
			       vip_of6(packet->flow.six.destination);
	if (!vip || !*vip)
		return PASS_OTHER_MAC;
	if (otherwise != OUTCOMES)
		return otherwise;
	service = service_of(&packet->flow, family);
	if (!service)
		return PASS_VIP_PORT;
	choice->service = service->index + 1;
	choice->way = WAY_SUM;
	if (!is_sum(service) || !service->row_size)
		return OUTCOMES;
	place = summed(&packet->flow, family, service);
	/* Any datagram could be the next of its flow: see pick_new(). */
	if (packet->opens && packet->flow.six.protocol == IPPROTO_TCP)
		place += service->row_size;
	choice->label = label_at(service, place);
	return OUTCOMES;
}

/*
 * What is for no service: by (SRC_IP + DEST_IP) % N over the row of the service that stands for the
 * VIP, and of its two rows that for new flows, for no flow is to be kept.
 */
static __always_inline __u32 by_addresses(union flow *flow, enum family family)
{
	__u32 *vip = family == IPV4 ? vip_of4(flow->four.destination) :
				      vip_of6(flow->six.destination);
	struct service *service;

	if (!vip)
		return 0;
	flow->six.destination_port = bpf_htons((__u16)*vip);
	flow->six.protocol = *vip >> 16;
	service = service_of(flow, family);
	if (!service || !is_sum(service) || !service->row_size)
		return 0;
	return label_at(service,
			service->row_size + sum_addresses(flow, family) % service->row_size);
}

/* A packet of a service, whose place leads to this member or not. */
static __always_inline enum outcome keep_flow(struct xdp_md *ctx, __u32 at,
					      const struct packet *packet,
					      const struct choice *choice, enum family family)
{
	int mine = is_own(choice->label);
	enum holding held;

	if (!choice->label)
		return DROP_NO_TARGET;
	if (packet->part == PART_ALL && packet->flow.six.protocol == IPPROTO_TCP &&
	    (mine || !packet->opens)) {
		held = holding(ctx, &packet->flow, at, family);
		if (held == HOLDS_CONNECTION && !packet->opens)
			return mine ? LOCAL_SESSION + choice->way : PASS_OWN_CONNECTION;
		if (mine && choice->way == WAY_SUM &&
		    (held == HOLDS_NOTHING || !packet->opens))
			return DROP_NO_SOCKET;
	}
	if (!mine)
		return DROP_OTHERS_SHARE;
	return holds_share() ? LOCAL_SESSION + choice->way : DROP_SHARE_LAPSED;
}

/* otherwise: OUTCOMES, or what becomes of it where it is kept although it is for no service. */
static __always_inline enum outcome keep(struct xdp_md *ctx, __u32 at, struct packet *packet,
					 struct choice *choice, enum outcome otherwise,
					 enum family family)
{
	if (otherwise == OUTCOMES) {
		otherwise = keep_flow(ctx, at, packet, choice, family);
		if (otherwise < FORWARD_SESSION) {
			count_traffic(&service_traffic, choice->service - 1, packet->bytes);
			count_traffic(&target_traffic, (choice->label - FIRST_TARGET_LABEL) / 2,
				      packet->bytes);
		}
		return otherwise;
	}
	choice->label = by_addresses(&packet->flow, family);
	if (!choice->label)
		return DROP_NO_TARGET;
	if (!is_own(choice->label))
		return DROP_OTHERS_SHARE;
	return holds_share() ? otherwise : DROP_SHARE_LAPSED;
}

/* Calls: see look_up4(). at: where the IP header begins. */
__attribute__((noinline)) int calculate4(struct xdp_md *ctx, __u32 at, struct search *search,
					 struct choice *choice)
{
	return search && choice ? calculate(ctx, at, search, choice, IPV4) : PASS_OTHER_MAC;
}

__attribute__((noinline)) int calculate6(struct xdp_md *ctx, __u32 at, struct search *search,
					 struct choice *choice)
{
	return search && choice ? calculate(ctx, at, search, choice, IPV6) : PASS_OTHER_MAC;
}

__attribute__((noinline)) int keep4(struct xdp_md *ctx, __u32 at, struct search *search,
				    struct choice *choice, __u32 otherwise)
{
	return search && choice ? keep(ctx, at, &search->packet, choice, otherwise, IPV4) :
				  PASS_OTHER_MAC;
}

__attribute__((noinline)) int keep6(struct xdp_md *ctx, __u32 at, struct search *search,
				    struct choice *choice, __u32 otherwise)
{
	return search && choice ? keep(ctx, at, &search->packet, choice, otherwise, IPV6) :
				  PASS_OTHER_MAC;
}

/* A frame to a group address of ours: kept where it is this machine's share, and else dropped. */
static __always_inline enum outcome share(struct xdp_md *ctx, const struct config *cfg,
					  const struct link *link)
{
	int four = link->type == bpf_htons(ETH_P_IP);
	struct search search = {};
	struct choice choice = {};
	enum outcome outcome;
	struct ethhdr *eth;

	if (!four && link->type != bpf_htons(ETH_P_IPV6))
		return PASS_OTHER_MAC;
	outcome = four ? calculate4(ctx, link->bytes, &search, &choice) :
			 calculate6(ctx, link->bytes, &search, &choice);
	if (outcome == PASS_OTHER_MAC)
		return outcome;
	if (search.packet.part == PART_FIRST)
		outcome = remember_first(&search, &choice, outcome, four ? IPV4 : IPV6);
	else if (search.packet.part == PART_LATER)
		outcome = follow_first(&search, &choice, four ? IPV4 : IPV6);
	else if (outcome == PASS_VIP_ICMP)
		outcome = four ? follow_error4(ctx, link->bytes, &search, &choice) :
				 follow_error6(ctx, link->bytes, &search, &choice);
	if (outcome != OUTCOMES && outcome >= FORWARD_SESSION)
		return outcome;
	outcome = four ? keep4(ctx, link->bytes, &search, &choice, outcome) :
			 keep6(ctx, link->bytes, &search, &choice, outcome);
	eth = (void *)(long)ctx->data;
	/* What came for a group TCP does not take. */
	if (outcome < FORWARD_SESSION && (void *)(eth + 1) <= end_of(ctx))
		__builtin_memcpy(eth->h_dest, cfg->mac, ETH_ALEN);
	return outcome;
}

#endif
