/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Neighbour discovery about the VIPs (RFC 4861), answered here as ARP is and for the same reason.
 * What is not about a VIP goes up to the stack untouched.
 */
#ifndef SHUNT_ND_H
#define SHUNT_ND_H

#include <linux/in.h>
#include <linux/ipv6.h>
#include "confirm.h"
#include "group.h"
#include "link.h"
#include "sum.h"
#include "vip.h"

#define ND_SOLICITATION		135
#define ND_ADVERTISEMENT	136
#define ND_HOP_LIMIT		255
#define ND_SOLICITED		0x40000000
#define ND_OVERRIDE		0x20000000
#define ND_SOURCE_LINK		1
#define ND_TARGET_LINK		2
#define ND_UNIT			8
/* Options that are looked at, in units of 8 bytes; real ones take one or two. */
#define ND_MAX_UNITS		12

struct nd_message {
	__u8 type;
	__u8 code;
	__be16 checksum;
	__be32 flags;
	__be32 target[4];
};

struct nd_option {
	__u8 type;
	__u8 units;
	__u8 link_address[ETH_ALEN];
};

struct nd_answer {
	struct ipv6hdr ip;
	struct nd_message message;
	struct nd_option option;
};

/* What the checksum of ICMPv6 covers beside the message (RFC 8200 section 8.1). */
static __always_inline __u64 sum_pseudo(const struct ipv6hdr *ip, __u32 bytes)
{
	return sum_words(&ip->saddr, 8) + bpf_htonl(bytes) + bpf_htonl(IPPROTO_ICMPV6);
}

static __always_inline int is_unspecified(const __be32 *address)
{
	return !(address[0] | address[1] | address[2] | address[3]);
}

/* ff02::1:ffXX:XXXX with the end of the target's address (RFC 4291 section 2.7.1). */
static __always_inline int is_solicited_node(const __be32 *address, const __be32 *target)
{
	return address[0] == bpf_htonl(0xff020000) && !address[1] &&
	       address[2] == bpf_htonl(1) &&
	       address[3] == (target[3] | bpf_htonl(0xff000000));
}

/* RFC 4861 sections 7.1.1 and 7.1.2. */
static __always_inline int is_valid(struct ipv6hdr *ip, struct nd_message *nd, void *end)
{
	int unspecified = is_unspecified(ip->saddr.in6_u.u6_addr32);
	int asks = nd->type == ND_SOLICITATION;
	__u32 bytes = bpf_ntohs(ip->payload_len);
	__u32 options = bytes - sizeof(*nd);
	struct nd_option *option = (void *)(nd + 1);
	__u32 units = options / ND_UNIT;
	__u32 next = 0;
	__u64 sum;
	__u32 i;

	if (ip->version != 6 || ip->hop_limit != ND_HOP_LIMIT || nd->code || bytes < sizeof(*nd) ||
	    options % ND_UNIT || units > ND_MAX_UNITS)
		return 0;
	sum = sum_pseudo(ip, bytes) + sum_words(nd, sizeof(*nd) / 4);
	for (i = 0; i < ND_MAX_UNITS && i < units; i++, option++) {
		if ((void *)(option + 1) > end)
			return 0;
		sum += sum_words(option, ND_UNIT / 4);
		if (i != next)
			continue;
		if (!option->units || (asks && unspecified && option->type == ND_SOURCE_LINK))
			return 0;
		next += option->units;
	}
	if (next != units || fold(sum) != 0xffff)
		return 0;
	if (asks)
		return !unspecified || is_solicited_node(ip->daddr.in6_u.u6_addr32, nd->target);
	/* What answers one machine's question is not for all. */
	return ip->daddr.in6_u.u6_addr8[0] != 0xff || !(nd->flags & bpf_htonl(ND_SOLICITED));
}

/*
 * Turns the solicitation into the advertisement that answers it: solicited and overriding, or to
 * everybody where it was a probe for a duplicate (RFC 4861 section 7.2.4). The new frame ends
 * where the old one did, so that only its beginning has to be moved.
 */
static __always_inline enum outcome advertise(struct xdp_md *ctx, const struct config *cfg,
					      __u32 link, const __u8 *vip_mac)
{
	__u8 everyone[ETH_ALEN] = { 0x33, 0x33, 0, 0, 0, 1 };
	void *frame = (void *)(long)ctx->data;
	void *end = end_of(ctx);
	struct nd_answer *answer = frame + link;
	__be32 asker[4], target[4];
	__u8 header[TWO_TAGS];
	__u8 asker_mac[ETH_ALEN];
	int probe;

	if ((void *)&answer->option > end)
		return DROP_ND_INVALID;
	__builtin_memcpy(header, frame, link);
	__builtin_memcpy(asker_mac, frame + ETH_ALEN, ETH_ALEN);
	__builtin_memcpy(asker, &answer->ip.saddr, sizeof(asker));
	__builtin_memcpy(target, answer->message.target, sizeof(target));
	probe = is_unspecified(asker);

	if (bpf_xdp_adjust_head(ctx, (int)(end - frame) - (int)(link + sizeof(*answer))))
		return DROP_HEADROOM;
	frame = (void *)(long)ctx->data;
	answer = frame + link;
	if ((void *)(answer + 1) > end_of(ctx))
		return DROP_HEADROOM;

	__builtin_memcpy(frame, header, link);
	address(frame, probe ? everyone : asker_mac, cfg);
	__builtin_memset(answer, 0, sizeof(*answer));
	answer->ip.version = 6;
	answer->ip.payload_len = bpf_htons(sizeof(*answer) - sizeof(answer->ip));
	answer->ip.nexthdr = IPPROTO_ICMPV6;
	answer->ip.hop_limit = ND_HOP_LIMIT;
	__builtin_memcpy(&answer->ip.saddr, target, sizeof(target));
	if (probe) {
		answer->ip.daddr.in6_u.u6_addr32[0] = bpf_htonl(0xff020000);
		answer->ip.daddr.in6_u.u6_addr32[3] = bpf_htonl(1);
	} else {
		__builtin_memcpy(&answer->ip.daddr, asker, sizeof(asker));
	}
	answer->message.type = ND_ADVERTISEMENT;
	answer->message.flags = bpf_htonl(probe ? ND_OVERRIDE : ND_OVERRIDE | ND_SOLICITED);
	__builtin_memcpy(answer->message.target, target, sizeof(target));
	answer->option.type = ND_TARGET_LINK;
	answer->option.units = 1;
	__builtin_memcpy(answer->option.link_address, vip_mac, ETH_ALEN);
	answer->message.checksum =
		~fold(sum_pseudo(&answer->ip, sizeof(*answer) - sizeof(answer->ip)) +
		      sum_words(&answer->message, (sizeof(*answer) - sizeof(answer->ip)) / 4));
	return ND_ANSWER;
}

static __always_inline enum outcome discover_behind(struct xdp_md *ctx, const struct config *cfg,
						    __u32 link)
{
	struct ipv6hdr *ip = (void *)(long)ctx->data + link;
	void *end = end_of(ctx);
	struct nd_message *nd = (void *)(ip + 1);
	__u8 group[ETH_ALEN];
	__u32 *vip;
	int holder;

	if ((void *)(nd + 1) > end)
		return DROP_ND_INVALID;
	vip = vip_of6(nd->target);
	if (!vip)
		return PASS_ND;
	if (!is_valid(ip, nd, end))
		return DROP_ND_INVALID;
	if (*vip) {
		/* Another member's advertisement says what ours would. */
		if (nd->type == ND_ADVERTISEMENT)
			return DROP_ND_ANNOUNCEMENT;
		set_group(group, nd->target[3]);
		return advertise(ctx, cfg, link, group);
	}
	holder = holds_lease();
	if (nd->type == ND_ADVERTISEMENT) {
		if (holder)
			return DROP_ND_CONFLICT;
		set_holder(ctx);
		return DROP_ND_ANNOUNCEMENT;
	}
	return holder ? advertise(ctx, cfg, link, cfg->mac) : DROP_ND_NOT_HOLDER;
}

/* Solicitation or advertisement; those behind an extension header are of no use to anybody. */
static __always_inline int is_discovery(struct xdp_md *ctx, const struct link *link)
{
	struct ipv6hdr *ip = (void *)(long)ctx->data + link->bytes;
	__u8 *type = (void *)(ip + 1);

	return (void *)(type + 1) <= end_of(ctx) &&
	       ip->nexthdr == IPPROTO_ICMPV6 &&
	       (*type == ND_SOLICITATION || *type == ND_ADVERTISEMENT);
}

static __always_inline enum outcome discover(struct xdp_md *ctx, const struct config *cfg,
					     const struct link *link)
{
	if (link->bytes == UNTAGGED)
		return discover_behind(ctx, cfg, UNTAGGED);
	if (link->bytes == ONE_TAG)
		return discover_behind(ctx, cfg, ONE_TAG);
	return discover_behind(ctx, cfg, TWO_TAGS);
}

#endif
