/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Answers that go back through the scheduler (claim L8, steps 3 and 4): at the egress of the data
 * interface the label from server to client is put on, which is the session's plus one. Nothing is
 * learned for it: the session is in the table, and its label's entry says who sent the last packet.
 *
 * Whatever is in doubt goes directly, as if there were no such service: an answer is never sent to
 * where it might be lost.
 */
#ifndef SHUNT_BACK_H
#define SHUNT_BACK_H

#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include "confirm.h"
#include "egress.h"
#include "pair.h"
#include "session.h"

/* What is to be known of an answer. */
struct answer {
	union flow asked __attribute__((aligned(8)));	/* its flow as the client's packets have it */
	__u32 headers;		/* bytes of IP, TCP and UDP */
	__u8 ttl;
};

/* TCP and UDP have their ports in the same place. */
static __always_inline int look_at_ports(struct answer *answer, void *l4, void *end, __u8 protocol)
{
	struct udphdr *udp = l4;
	struct tcphdr *tcp = l4;

	if ((void *)(udp + 1) > end)
		return 0;
	answer->asked.six.source_port = udp->dest;
	answer->asked.six.destination_port = udp->source;
	answer->asked.six.protocol = protocol;
	if (protocol == IPPROTO_UDP) {
		answer->headers += sizeof(*udp);
		return 1;
	}
	if (protocol != IPPROTO_TCP || (void *)(tcp + 1) > end)
		return 0;
	answer->headers += tcp->doff * 4;
	return 1;
}

static __always_inline int look_at4(struct answer *answer, struct iphdr *ip, void *end)
{
	if ((void *)(ip + 1) > end || ip->version != 4 || ip->ihl * 4 < IP_MIN_BYTES ||
	    ip->frag_off & bpf_htons(IP_FRAGMENT))
		return 0;
	answer->asked.four.source = ip->daddr;
	answer->asked.four.destination = ip->saddr;
	answer->ttl = ip->ttl;
	answer->headers = ip->ihl * 4;
	return look_at_ports(answer, (void *)ip + ip->ihl * 4, end, ip->protocol);
}

/* Behind an extension header, which no stack of ours sends, it goes directly. */
static __always_inline int look_at6(struct answer *answer, struct ipv6hdr *ip, void *end)
{
	if ((void *)(ip + 1) > end || ip->version != 6)
		return 0;
	__builtin_memcpy(answer->asked.six.source, &ip->daddr, sizeof(ip->daddr));
	__builtin_memcpy(answer->asked.six.destination, &ip->saddr, sizeof(ip->saddr));
	answer->ttl = ip->hop_limit;
	answer->headers = sizeof(*ip);
	return look_at_ports(answer, ip + 1, end, ip->nexthdr);
}

/* The entry of an own session's label; NULL: the flow has none, or is not to be answered by it. */
static __always_inline struct label_entry *own_entry(const union flow *asked, __u32 *label,
						     enum family family)
{
	struct session *session = bpf_map_lookup_elem(sessions_of(family), key_of(asked, family));
	struct label_entry *entry;
	struct service *service;

	if (!session || !session->label)
		return NULL;
	service = service_of(asked, family);
	if (!service || !service->switched)
		return NULL;
	*label = session->label;
	entry = bpf_map_lookup_elem(&labels, label);
	if (!entry || entry->action != LABEL_TO_STACK ||
	    entry->owner != owner_of(flow_mark(asked, family)))
		return NULL;
	return entry;
}

static __always_inline int is_confirmed(const struct label_entry *entry, const struct config *cfg)
{
	__u32 now = confirm_time(clock_now().nanos);
	__u32 zero = 0;
	struct holder *announced = bpf_map_lookup_elem(&holder, &zero);

	/* The last is what the loader writes, which knows of nobody who sent anything. */
	if (!entry->confirmed ||
	    now - entry->confirmed + CONFIRM_AHEAD >= CONFIRM_LIFE + CONFIRM_AHEAD ||
	    same_mac(entry->mac, cfg->mac))
		return 0;
	/* A scheduler's own answers have nowhere to go but to the client. */
	if (holds_lease())
		return 0;
	return !announced || !announced->since ||
	       (__s32)(announced->since - entry->confirmed) < 0 ||
	       same_mac(announced->mac, entry->mac);
}

static __always_inline int send_back(struct __sk_buff *skb, enum family family)
{
	struct answer answer = {};
	struct sent_link link = {};
	struct label_entry *entry;
	__u32 label = 0;
	__u8 mac[ETH_ADDRESS];
	void *ip, *end;

	if (!config.returns)
		return TC_ACT_UNSPEC;
	gather(skb);
	if (read_sent_link(skb, &link))
		return TC_ACT_UNSPEC;
	ip = (void *)(long)skb->data + link.bytes;
	end = (void *)(long)skb->data_end;
	if (!(family == IPV4 ? look_at4(&answer, ip, end) : look_at6(&answer, ip, end)))
		return TC_ACT_UNSPEC;
	if (!may_be_vip(family == IPV4 ? bpf_ntohl(answer.asked.four.destination) :
					 folded(answer.asked.six.destination)))
		return TC_ACT_UNSPEC;
	entry = own_entry(&answer.asked, &label, family);
	if (!entry)
		return TC_ACT_UNSPEC;
	if (!is_confirmed(entry, &config)) {
		count_aside(ANSWER_UNCONFIRMED);
		return TC_ACT_UNSPEC;
	}
	if (longest(skb, &link, answer.headers) + UNTAGGED + link.tags * TAG_BYTES + SHIM_BYTES >
	    config.max_frame) {
		count_aside(ANSWER_TOO_BIG);
		return TC_ACT_UNSPEC;
	}
	__builtin_memcpy(mac, entry->mac, ETH_ADDRESS);
	if (push_out(skb, &link, label + 1, answer.ttl, mac)) {
		count_aside(ANSWER_NO_HEADROOM);
		return TC_ACT_SHOT;
	}
	count_aside(ANSWER_SWITCHED);
	return TC_ACT_UNSPEC;
}

/* Calls: see look_up4(). */
__attribute__((noinline)) int send_back4(struct __sk_buff *skb)
{
	return send_back(skb, IPV4);
}

__attribute__((noinline)) int send_back6(struct __sk_buff *skb)
{
	return send_back(skb, IPV6);
}

static __always_inline int leave(struct __sk_buff *skb)
{
	struct sent_link link = {};

	if (read_sent_link(skb, &link))
		return TC_ACT_UNSPEC;
	if (link.type == bpf_htons(ETH_P_IP))
		return send_back4(skb);
	if (link.type == bpf_htons(ETH_P_IPV6))
		return send_back6(skb);
	return TC_ACT_UNSPEC;
}

#endif
