// SPDX-License-Identifier: GPL-2.0
/*
 * Connections out of SYN cookies, at a target: the scheduler answered the SYN, so this machine's
 * stack has never heard of the client that now sends its first ACK.
 *
 * Runs where the stack begins (tc ingress). An ACK for a service with cookies that answers a valid
 * one, and that no socket knows, is handed to the listener together with what the cookie says
 * (Linux 6.9 and later); the stack does the rest. All other packets go on untouched.
 */
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <linux/tcp.h>
#include <bpf/bpf_endian.h>
#include "cookie.h"
#include "counters.h"
#include "hash.h"
#include "service.h"
#include "tcp_options.h"
#include "vip.h"

#define LISTENING	10	/* BPF_TCP_LISTEN */
#define FLAGS_BYTE	13
#define FLAG_ACK	0x10
#define FLAGS_DECIDING	0x17	/* FIN, SYN, RST, ACK */

/* Of the kernel; only that they are structs matters here. */
struct sock {
	int unused;
};

struct tcp_sock;

/* As the kernel has it, which refuses a size that it does not know. */
struct bpf_tcp_req_attrs {
	__u32 rcv_tsval;
	__u32 rcv_tsecr;
	__u16 mss;
	__u8 rcv_wscale;
	__u8 snd_wscale;
	__u8 ecn_ok;
	__u8 wscale_ok;
	__u8 sack_ok;
	__u8 tstamp_ok;
	__u8 usec_ts_ok;
	__u8 reserved[3];
};

extern int bpf_sk_assign_tcp_reqsk(struct __sk_buff *skb, struct sock *sk,
				   struct bpf_tcp_req_attrs *attrs, int attrs__sz) __ksym;

/* A packet that may be the answer to a cookie. */
struct answer {
	union flow flow __attribute__((aligned(8)));
	struct tcp_options options;
	__u32 sequence;
	__u32 acknowledges;
};

/* The packet's flow and where TCP begins; 0 if it is of no interest. */
static __always_inline __u32 read_flow(struct __sk_buff *skb, enum family family,
				       struct answer *answer)
{
	void *ip = (void *)(long)skb->data + ETH_HLEN;
	void *end = (void *)(long)skb->data_end;
	struct ipv6hdr *six = ip;
	struct iphdr *four = ip;

	if (family == IPV4) {
		if ((void *)(four + 1) > end || !may_be_vip(bpf_ntohl(four->daddr)) ||
		    four->protocol != IPPROTO_TCP || four->frag_off & bpf_htons(0x3fff))
			return 0;
		answer->flow.four.source = four->saddr;
		answer->flow.four.destination = four->daddr;
		answer->flow.four.protocol = IPPROTO_TCP;
		return ETH_HLEN + four->ihl * 4;
	}
	if ((void *)(six + 1) > end || !may_be_vip(folded(six->daddr.in6_u.u6_addr32)) ||
	    six->nexthdr != IPPROTO_TCP)
		return 0;
	__builtin_memcpy(answer->flow.six.source, &six->saddr, sizeof(six->saddr));
	__builtin_memcpy(answer->flow.six.destination, &six->daddr, sizeof(six->daddr));
	answer->flow.six.protocol = IPPROTO_TCP;
	return ETH_HLEN + sizeof(*six);
}

/* Whether it is an ACK for a service with cookies; then its options are read, too. */
static __always_inline int read_answer(struct __sk_buff *skb, enum family family,
				       struct answer *answer)
{
	__u32 at = read_flow(skb, family, answer);
	struct service *service;
	struct tcphdr tcp;
	__u32 bytes;

	if (!at || bpf_skb_load_bytes(skb, at, &tcp, sizeof(tcp)) ||
	    (((__u8 *)&tcp)[FLAGS_BYTE] & FLAGS_DECIDING) != FLAG_ACK)
		return 0;
	answer->flow.six.source_port = tcp.source;
	answer->flow.six.destination_port = tcp.dest;
	answer->sequence = bpf_ntohl(tcp.seq);
	answer->acknowledges = bpf_ntohl(tcp.ack_seq);
	service = service_of(&answer->flow, family);
	if (!service || service->cookies == COOKIES_OFF)
		return 0;
	bytes = tcp.doff * 4 - sizeof(tcp);
	if (bytes > OPTION_BYTES)
		return 0;
	if (bytes && bpf_skb_load_bytes(skb, at + sizeof(tcp), answer->options.bytes, bytes))
		return 0;
	answer->options.length = bytes;
	read_options(&answer->options);
	return 1;
}

static __always_inline void set_tuple(struct bpf_sock_tuple *tuple, const union flow *flow,
				      enum family family)
{
	if (family == IPV4) {
		tuple->ipv4.saddr = flow->four.source;
		tuple->ipv4.daddr = flow->four.destination;
		tuple->ipv4.sport = flow->four.source_port;
		tuple->ipv4.dport = flow->four.destination_port;
	} else {
		__builtin_memcpy(tuple->ipv6.saddr, flow->six.source, sizeof(tuple->ipv6.saddr));
		__builtin_memcpy(tuple->ipv6.daddr, flow->six.destination,
				 sizeof(tuple->ipv6.daddr));
		tuple->ipv6.sport = flow->six.source_port;
		tuple->ipv6.dport = flow->six.destination_port;
	}
}

static __always_inline struct bpf_tcp_req_attrs attributes(const struct cookie *cookie,
							   const struct tcp_options *options)
{
	__u8 scale = cookie->options & COOKIE_SCALE_MASK;
	struct bpf_tcp_req_attrs attributes = {
		.mss = cookie_mss(cookie->mss),
	};

	if (!cookie->times)
		return attributes;
	attributes.tstamp_ok = 1;
	attributes.rcv_tsval = options->time;
	attributes.rcv_tsecr = options->echo;
	attributes.sack_ok = !!(cookie->options & COOKIE_SACK);
	if (scale != COOKIE_NO_SCALE) {
		attributes.wscale_ok = 1;
		attributes.snd_wscale = scale;
		attributes.rcv_wscale = COOKIE_OWN_SCALE;
	}
	return attributes;
}

/* Unless a socket has it already, the listener gets it with what the cookie says. */
static __always_inline void connect(struct __sk_buff *skb, enum family family,
				    const struct answer *answer, const struct cookie *cookie)
{
	struct bpf_tcp_req_attrs attrs = attributes(cookie, &answer->options);
	struct bpf_sock_tuple tuple = {};
	struct tcp_sock *listener;
	struct bpf_sock *found;
	int failure = -1;

	set_tuple(&tuple, &answer->flow, family);
	found = bpf_skc_lookup_tcp(skb, &tuple,
				   family == IPV4 ? sizeof(tuple.ipv4) : sizeof(tuple.ipv6),
				   BPF_F_CURRENT_NETNS, 0);
	if (!found) {
		count_aside(COOKIE_REFUSED);
		return;
	}
	if (found->state == LISTENING) {
		listener = bpf_skc_to_tcp_sock(found);
		if (listener)
			failure = bpf_sk_assign_tcp_reqsk(skb, (struct sock *)listener, &attrs,
							  sizeof(attrs));
		count_aside(failure ? COOKIE_REFUSED : COOKIE_CONNECTED);
	}
	bpf_sk_release(found);
}

static __always_inline int take(struct __sk_buff *skb, enum family family)
{
	struct cookie cookie = {};
	struct answer answer = {};

	if (!read_answer(skb, family, &answer))
		return 0;
	cookie.client = answer.sequence - 1;
	cookie.times = answer.options.has_times;
	cookie.options = cookie.times ? answer.options.echo & ~COOKIE_TIME_MASK : 0;
	if (cookie_check(&answer.flow, family, &cookie, answer.acknowledges - 1,
			 cookie_wall(bpf_ktime_get_coarse_ns())))
		connect(skb, family, &answer, &cookie);
	return 0;
}

__attribute__((noinline)) int take4(struct __sk_buff *skb)
{
	return take(skb, IPV4);
}

__attribute__((noinline)) int take6(struct __sk_buff *skb)
{
	return take(skb, IPV6);
}

SEC("tc")
int shunt_cookie(struct __sk_buff *skb)
{
	if (skb->protocol == bpf_htons(ETH_P_IP))
		take4(skb);
	else if (skb->protocol == bpf_htons(ETH_P_IPV6))
		take6(skb);
	return TC_ACT_UNSPEC;
}

/* The kernel lends its helpers (sockets, clock) to programs under the GPL only. */
char LICENSE[] SEC("license") = "GPL";
