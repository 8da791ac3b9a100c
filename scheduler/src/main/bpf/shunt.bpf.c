// SPDX-License-Identifier: GPL-2.0
/*
 * The data plane: labels switched, VIPs answered for, sessions sent to their targets.
 *
 * Every member runs this same program on its data interface, scheduler or not, with the same
 * tables; only the lease tells them apart. It goes on without the process that loaded it.
 */
#include <linux/if_packet.h>
#include "arp.h"
#include "back.h"
#include "counters.h"
#include "decap.h"
#include "everyone.h"
#include "fragment.h"
#include "handshake.h"
#include "icmp.h"
#include "ip6.h"
#include "link.h"
#include "lookup.h"
#include "mpls.h"
#include "nd.h"
#include "parse.h"
#include "session.h"
#include "stack.h"
#include "too_big.h"
#include "trace.h"
#include "turn_away.h"

/* Keeps in the BTF what no map names, for the loader to compare its own with. */
struct {
	enum layout layout;
	enum outcome outcome;
	enum aside aside;
	enum refusal refusal;
	struct session_event event;
	struct trace trace;
} named SEC("layout") __attribute__((used));

static __always_inline int is_mine(const __u8 *address, const struct config *cfg)
{
	/* By halves: there is no memcmp() to call here. */
	return *(const __u32 *)address == *(const __u32 *)cfg->mac &&
	       *(const __u16 *)(address + 4) == *(const __u16 *)(cfg->mac + 4);
}

/* Broadcast or multicast. */
static __always_inline int is_group(const __u8 *address)
{
	return address[0] & 1;
}

/* A packet that is too long with its label. Errors are not answered by errors. */
static __always_inline enum outcome refuse(struct xdp_md *ctx, const struct packet *packet,
					   enum family family, const struct link *link,
					   enum way way, const struct config *cfg, __u32 mtu)
{
	if (way == WAY_ERROR)
		return DROP_TOO_BIG;
	return family == IPV4 ? too_big4(ctx, cfg, link->bytes, packet->bytes, mtu) :
				too_big6(ctx, cfg, link->bytes, packet->bytes, mtu);
}

/* To a target behind routers; OUTCOMES if nothing was in the way. */
static __always_inline enum outcome deliver_far(struct xdp_md *ctx, const struct packet *packet,
						enum family family, const struct link *link,
						struct choice choice, const struct config *cfg)
{
	__u32 own = (choice.label + (family == IPV6)) << 12 | packet->ttl;
	struct passage passage = {
		.slot = (choice.label - FIRST_TARGET_LABEL) / 2,
		.link = link->bytes,
		.count = 1,
	};
	enum outcome failure;

	if (choice.forth) {
		passage.labels[0] = bpf_htonl(own);
		passage.labels[1] = bpf_htonl(choice.forth << 12 | SHIM_BOTTOM | packet->ttl);
		passage.count = 2;
	} else {
		passage.labels[0] = bpf_htonl(own | SHIM_BOTTOM);
	}
	failure = enter_tunnel(ctx, cfg, &passage);
	return failure == DROP_TOO_BIG ?
		       refuse(ctx, packet, family, link, choice.way, cfg, passage.mtu) : failure;
}

/* Sends a packet to its target: up if that is this machine, with its label if not. */
static __always_inline enum outcome deliver(struct xdp_md *ctx, const struct packet *packet,
					    enum family family, const struct link *link,
					    struct choice choice, struct target *target,
					    const struct config *cfg)
{
	if (!choice.label)
		return DROP_NO_TARGET;
	if (!target)
		target = target_of(choice.label);
	if (!target)
		return DROP_TARGET_UNKNOWN;
	if (target->plain && !target->local) {
		readdress(ctx, cfg, target->mac);
	} else if (target->tunnel && !target->local) {
		enum outcome failure = deliver_far(ctx, packet, family, link, choice, cfg);

		if (failure != OUTCOMES)
			return failure;
	} else if (!target->local) {
		/* The odd label above the target's says that IPv6 comes out. */
		__u32 label = choice.forth ? choice.forth : target->label + (family == IPV6);

		if (packet->bytes + SHIM_BYTES > cfg->max_frame)
			return refuse(ctx, packet, family, link, choice.way, cfg,
				      cfg->max_frame - SHIM_BYTES - link->bytes);
		if (push(ctx, cfg, link, target->mac, label, packet->ttl))
			return DROP_HEADROOM;
	}
	count_traffic(&target_traffic, (choice.label - FIRST_TARGET_LABEL) / 2, packet->bytes);
	if (choice.way == WAY_LEARN)
		return LABEL_LEARN;
	return (target->local ? LOCAL_SESSION : FORWARD_SESSION) + choice.way;
}

/* A cheap no for all that a member does beside its VIPs. */
static __always_inline int may_be_for_vip(const void *ip, enum family family)
{
	if (family == IPV4)
		return may_be_vip(bpf_ntohl(((const struct iphdr *)ip)->daddr));
	return may_be_vip(folded(((const struct ipv6hdr *)ip)->daddr.in6_u.u6_addr32));
}

static __always_inline int is_for_vip(const struct packet *packet, enum family family)
{
	return family == IPV4 ? is_vip4(packet->flow.four.destination) :
				is_vip6(packet->flow.six.destination);
}

/* A packet that is to be looked into for a SYN cookie; then it is looked up again. */
static __always_inline enum outcome by_cookie(struct xdp_md *ctx, const struct config *cfg,
					      __u32 link, struct search *search,
					      enum family family, struct choice *choice)
{
	enum outcome otherwise;

	if (family == IPV4) {
		otherwise = shake4(ctx, cfg, link, search, choice->way);
		if (otherwise == OUTCOMES)
			look_up4(search, choice);
	} else {
		otherwise = shake6(ctx, cfg, link, search, choice->way);
		if (otherwise == OUTCOMES)
			look_up6(search, choice);
	}
	return otherwise;
}

static __always_inline enum outcome balance(struct xdp_md *ctx, const struct config *cfg,
					    const struct link *link, enum family family)
{
	struct search search = {};
	struct packet *packet = &search.packet;
	struct ethhdr *eth = (void *)(long)ctx->data;
	void *ip = (void *)eth + link->bytes;
	void *end = end_of(ctx);
	struct choice choice = {};
	struct target *target = NULL;
	enum outcome otherwise;

	if (ip + (family == IPV4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr)) > end)
		return DROP_IP_TRUNCATED;
	if (!may_be_for_vip(ip, family))
		return PASS_NOT_VIP;
	packet->bytes = end - (void *)eth;
	search.came = link->label;
	__builtin_memcpy(search.client_mac, eth->h_source, ETH_ADDRESS);
	otherwise = family == IPV4 ? parse_ipv4(packet, ip, end) : parse_ipv6(packet, ip, end);
	if (otherwise == OUTCOMES) {
		if (search.came >= FIRST_SESSION_LABEL && holds_lease()) {
			if (family == IPV4)
				ask_stack4(ctx, link->bytes, &search);
			else
				ask_stack6(ctx, link->bytes, &search);
		}
		/* In place: a copy would wait until each of its fields is stored. */
		choose(&search, family, cfg, &choice, &target);
		if (choice.way >= WAY_SYN)
			otherwise = by_cookie(ctx, cfg, link->bytes, &search, family, &choice);
		if (otherwise == SYN_COOKIE)
			return otherwise;
		if (choice.way == WAYS)
			otherwise = PASS_VIP_PORT;
		else if (choice.way == WAY_REFUSED || choice.way == WAY_SILENCED)
			otherwise = DROP_REFUSED;
	}
	if (otherwise != OUTCOMES && !is_for_vip(packet, family))
		return PASS_NOT_VIP;
	if (packet->part == PART_FIRST) {
		otherwise = remember_first(&search, &choice, otherwise, family);
	} else if (packet->part == PART_LATER) {
		otherwise = follow_first(&search, &choice, family);
	} else if (otherwise == PASS_VIP_ICMP) {
		search.seed = cfg->seed;
		otherwise = family == IPV4 ? follow_error4(ctx, link->bytes, &search, &choice) :
					     follow_error6(ctx, link->bytes, &search, &choice);
	}
	/* Later fragments of what was refused end as they are. */
	if (otherwise == DROP_REFUSED && choice.way == WAY_REFUSED)
		return family == IPV4 ? turn_away4(ctx, cfg, packet, link->bytes) :
					turn_away6(ctx, cfg, packet, link->bytes);
	if (otherwise != OUTCOMES)
		return otherwise;
	count_traffic(&service_traffic, choice.service - 1, packet->bytes);
	return deliver(ctx, packet, family, link, choice, target, cfg);
}

static __always_inline enum outcome inspect(struct xdp_md *ctx, const struct config *cfg)
{
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct link link = { .bytes = UNTAGGED };
	enum outcome outcome;
	__be16 type;
	int mine;

	if ((void *)eth + UNTAGGED + SHIM_BYTES <= end_of(ctx) &&
	    type_at(&eth->h_proto) == bpf_htons(ETH_P_MPLS_UC) && is_mine(eth->h_dest, cfg)) {
		outcome = switch_known(ctx, cfg);
		if (outcome != OUTCOMES)
			return outcome;
	}
	if (read_link(ctx, &link))
		return PASS_ETHERTYPE;
	type = link.type;
	if (type != bpf_htons(ETH_P_MPLS_UC) && type != bpf_htons(ETH_P_IP) &&
	    type != bpf_htons(ETH_P_IPV6) && type != bpf_htons(ETH_P_ARP))
		return PASS_ETHERTYPE;
	if ((void *)(eth + 1) > end_of(ctx))
		return PASS_ETHERTYPE;
	mine = is_mine(eth->h_dest, cfg);
	if (mine || is_group(eth->h_dest)) {
		if (type == bpf_htons(ETH_P_ARP))
			return resolve(ctx, cfg, &link);
		if (type == bpf_htons(ETH_P_IPV6) && is_discovery(ctx, &link))
			return discover(ctx, cfg, &link);
	}
	/* A switch that floods shows us what others will handle. */
	if (!mine)
		return is_everyones(eth->h_dest) ? share(ctx, cfg, &link) : PASS_OTHER_MAC;
	if (cfg->tunnels) {
		int arrival = leave_tunnel(ctx, cfg, link.bytes, type);

		if (arrival < NO_TUNNEL)
			return arrival;
		if (arrival == LABEL_AFAR)
			return pass_on(ctx, cfg, link.bytes);
		if (arrival == LABEL_BELOW)
			link.type = bpf_htons(ETH_P_MPLS_UC);
	}
	/* Nothing that was read before: the verifier then sees one way, whether there are tunnels or not. */
	barrier();
	if (link.type == bpf_htons(ETH_P_MPLS_UC)) {
		outcome = switch_label(ctx, cfg, &link);
		if (outcome != OUTCOMES)
			return outcome;
	}
	if (link.type == bpf_htons(ETH_P_IP))
		return balance(ctx, cfg, &link, IPV4);
	return balance(ctx, cfg, &link, IPV6);
}

static __always_inline int verdict_of(enum outcome outcome)
{
	if (outcome < FORWARD_SESSION)
		return XDP_PASS;
	return outcome < DROP_ARP_NOT_HOLDER ? XDP_TX : XDP_DROP;
}

SEC("xdp")
int shunt(struct xdp_md *ctx)
{
	enum outcome outcome = inspect(ctx, &config);

	account(ctx, outcome);
	return verdict_of(outcome);
}

#ifndef SHUNT_DRY_H
/*
 * At the ingress of the data interface: only where VIPs are everyone's. A veth looks at a frame's
 * address before XDP gives it ours, and then TCP would still take it for a group's.
 */
SEC("tc")
int shunt_up(struct __sk_buff *skb)
{
	struct ethhdr *eth = (void *)(long)skb->data;

	if (skb->pkt_type == PACKET_MULTICAST &&
	    (void *)(eth + 1) <= (void *)(long)skb->data_end && is_mine(eth->h_dest, &config))
		bpf_skb_change_type(skb, PACKET_HOST);
	return TC_ACT_UNSPEC;
}

/* At the egress of the data interface: only where answers of some service go back by label. */
SEC("tc")
int shunt_out(struct __sk_buff *skb)
{
	return leave(skb);
}
#endif

/* The kernel lends its helpers (ring buffer, clock) to programs under the GPL only. */
char LICENSE[] SEC("license") = "GPL";
