// SPDX-License-Identifier: GPL-2.0
/*
 * The label edge of a server's or a client's host (claims L8, L14).
 *
 * At ingress (XDP) the label of a frame for a VIP's flow is taken off and the label of the other
 * direction learned, with the machine it came from; at egress (tc) it is put on. Flows of other
 * addresses are not touched. Both go on without the process that loaded them.
 */
#include <linux/pkt_cls.h>
#include "arp4.h"
#include "edge_learn.h"
#include "egress.h"

/* Keeps in the BTF what no map names, for the loader to compare its own with. */
struct {
	enum edge_layout layout;
	enum edge_outcome outcome;
	enum edge_aside aside;
	enum edge_closed closed;
} named SEC("layout") __attribute__((used));

/* Remembers who announces a VIP, which is who now switches its labels. */
static __always_inline void listen(struct xdp_md *ctx)
{
	struct arp4 *arp = (void *)(long)ctx->data + ETH_HLEN;
	struct announced announced = {};
	struct announced *known;
	__be32 vip;

	if ((void *)(arp + 1) > (void *)(long)ctx->data_end ||
	    arp->protocol != bpf_htons(ETH_P_IP))
		return;
	vip = arp->sender;
	if (!is_vip(vip))
		return;
	known = bpf_map_lookup_elem(&announced4, &vip);
	if (known && is_same(known->mac, arp->sender_mac))
		return;
	announced.since = bpf_ktime_get_coarse_ns();
	__builtin_memcpy(announced.mac, arp->sender_mac, ETH_ALEN);
	if (!bpf_map_update_elem(&announced4, &vip, &announced, BPF_ANY) && known)
		count_aside(EDGE_VIP_MOVED);
}

/* Both ends of a labelled connection must leave room for the label: here what we may send. */
static __always_inline void lower_received_mss(struct xdp_md *ctx, const struct headers *headers,
					       struct iphdr *ip, const struct edge_config *cfg)
{
	void *end = (void *)(long)ctx->data_end;
	struct mss_option *mss = mss_above(ip, end, headers, cfg->max_segment);
	struct tcphdr *tcp = (void *)ip + headers->ip_bytes;
	__be16 most = bpf_htons(cfg->max_segment);
	__u32 sum;

	if (!mss || (void *)(tcp + 1) > end)
		return;
	/* RFC 1624: by the difference of the one word that changes. */
	sum = (__u16)~tcp->check + (__u16)~mss->value + most;
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	tcp->check = ~sum;
	mss->value = most;
	count_aside(EDGE_MSS_LOWERED);
}

static __always_inline __be32 vip_received(const struct headers *headers,
					   const struct edge_config *cfg)
{
	return cfg->role == EDGE_SERVER ? headers->flow.destination : headers->flow.source;
}

static __always_inline __be32 vip_sent(const struct headers *headers,
				       const struct edge_config *cfg)
{
	return cfg->role == EDGE_SERVER ? headers->flow.source : headers->flow.destination;
}

static __always_inline enum edge_outcome pass_unlabelled(struct xdp_md *ctx,
							 const struct edge_config *cfg)
{
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);
	struct headers headers = {};

	if (look(&headers, ip, (void *)(long)ctx->data_end) == SIGHT_FLOW &&
	    headers.flags & TCP_SYN && is_vip(vip_received(&headers, cfg)))
		lower_received_mss(ctx, &headers, ip, cfg);
	return IN_UNLABELLED;
}

/* Takes the label off; the frame begins four bytes later. */
static __always_inline int pop(struct xdp_md *ctx, struct labelled *frame)
{
	struct ethhdr *eth = (void *)frame + SHIM_BYTES;

	/* Old and new header overlap: the addresses move as one block. */
	__builtin_memmove(eth, frame, 2 * ETH_ALEN);
	eth->h_proto = bpf_htons(ETH_P_IP);
	return bpf_xdp_adjust_head(ctx, SHIM_BYTES);
}

static __always_inline enum edge_outcome take(struct xdp_md *ctx, const struct edge_config *cfg)
{
	struct labelled *frame = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct iphdr *ip = (void *)(frame + 1);
	enum edge_outcome outcome = IN_POPPED;
	struct headers headers = {};
	__u32 shim, label;
	enum sight sight;

	if ((void *)(frame + 1) > end)
		return IN_DROP_TRUNCATED;
	shim = bpf_ntohl(frame->shim);
	label = SHIM_LABEL(shim);
	if (label < EDGE_FIRST_LABEL)
		return IN_OTHER_LABEL;
	if (!(shim & SHIM_BOTTOM))
		return IN_DROP_STACK;
	if (SHIM_TTL(shim) == 0)
		return IN_DROP_TTL;
	if (is_session_label(label) && !is_of_this_side(label, cfg->role))
		return IN_DROP_SIDE;
	sight = look(&headers, ip, end);
	if (sight == SIGHT_NOTHING)
		return IN_DROP_PAYLOAD;
	if (!is_vip(vip_received(&headers, cfg)))
		return IN_DROP_NOT_VIP;

	if (sight == SIGHT_FLOW) {
		lower_received_mss(ctx, &headers, ip, cfg);
		if (is_session_label(label)) {
			outcome = learn(&headers, label, frame->eth.h_source);
		} else {
			/* The array has no label for this flow, or no more. */
			struct flow4 sent = reverse(&headers.flow);

			forget(&sent);
		}
	}
	return pop(ctx, frame) ? IN_DROP_HEADROOM : outcome;
}

static __always_inline enum edge_outcome receive(struct xdp_md *ctx, const struct edge_config *cfg)
{
	struct ethhdr *eth = (void *)(long)ctx->data;

	if ((void *)(eth + 1) > (void *)(long)ctx->data_end)
		return IN_UNLABELLED;
	switch (bpf_ntohs(eth->h_proto)) {
	case ETH_P_MPLS_UC:
		return is_same(eth->h_dest, cfg->mac) ? take(ctx, cfg) : IN_OTHER_MAC;
	case ETH_P_IP:
		return pass_unlabelled(ctx, cfg);
	case ETH_P_ARP:
		listen(ctx);
		return IN_UNLABELLED;
	default:
		return IN_UNLABELLED;
	}
}

SEC("xdp")
int edge_in(struct xdp_md *ctx)
{
	__u32 zero = 0;
	struct edge_config *cfg = bpf_map_lookup_elem(&config, &zero);
	enum edge_outcome outcome;

	/* Never: an array has its first element. The verifier wants to hear it. */
	if (!cfg)
		return XDP_PASS;
	outcome = receive(ctx, cfg);
	count_outcome(outcome);
	return outcome < IN_DROP_TRUNCATED ? XDP_PASS : XDP_DROP;
}

/* What the other side may send. The helper knows of checksums that hardware completes. */
static __always_inline void lower_sent_mss(struct __sk_buff *skb, const struct headers *headers,
					   const struct edge_config *cfg)
{
	struct iphdr *ip = (void *)(long)skb->data + ETH_HLEN;
	struct mss_option *mss =
		mss_above(ip, (void *)(long)skb->data_end, headers, cfg->max_segment);
	__u32 tcp = ETH_HLEN + headers->ip_bytes;
	__be16 most = bpf_htons(cfg->max_segment);
	__be16 said;

	if (!mss)
		return;
	said = mss->value;
	if (bpf_l4_csum_replace(skb, tcp + __builtin_offsetof(struct tcphdr, check), said, most,
				sizeof(most)) ||
	    bpf_skb_store_bytes(skb,
				tcp + TCP_MIN_BYTES + __builtin_offsetof(struct mss_option, value),
				&most, sizeof(most), 0))
		return;
	count_aside(EDGE_MSS_LOWERED);
}

/* Sends with the label that was learned. */
static __always_inline enum edge_outcome send_labelled(struct __sk_buff *skb,
						       const struct headers *headers,
						       struct learned *entry)
{
	int last = headers->flags & TCP_RST || is_last(entry, headers->flags);

	if (push_out(skb, entry->label, headers->ttl, entry->mac))
		return OUT_DROP_HEADROOM;
	entry->sent++;
	if (headers->flags & TCP_FIN)
		entry->closed |= EDGE_CLOSED_OUT;
	if (last)
		forget(&headers->flow);
	return OUT_LABELLED;
}

static __always_inline enum edge_outcome send(struct __sk_buff *skb, const struct edge_config *cfg)
{
	struct headers headers = {};
	struct learned *entry;
	int opens;

	gather(skb);
	if (look(&headers, (void *)(long)skb->data + ETH_HLEN, (void *)(long)skb->data_end) !=
	    SIGHT_FLOW)
		return OUT_UNLABELLED;

	opens = is_opening(&headers);
	if (headers.flags & TCP_SYN && is_vip(vip_sent(&headers, cfg)))
		lower_sent_mss(skb, &headers, cfg);
	/* The same ports anew: what was learned is of the connection before. */
	if (opens && headers.flags & TCP_SYN)
		forget(&headers.flow);

	entry = bpf_map_lookup_elem(&learned4, &headers.flow);
	if (entry && is_fresh(entry, cfg) && !is_left_behind(entry, vip_sent(&headers, cfg)))
		return fits(skb, headers.bytes, cfg->max_frame) ? send_labelled(skb, &headers, entry)
						: OUT_TOO_BIG;
	if (cfg->role == EDGE_CLIENT && opens && is_vip(headers.flow.destination)) {
		if (!fits(skb, headers.bytes, cfg->max_frame))
			return OUT_TOO_BIG;
		return push_out(skb, EDGE_ASK_LABEL, headers.ttl, NULL) ? OUT_DROP_HEADROOM
								    : OUT_ASKED;
	}
	return entry ? OUT_STALE : OUT_UNLABELLED;
}

SEC("tc")
int edge_out(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct edge_config *cfg = bpf_map_lookup_elem(&config, &zero);
	enum edge_outcome outcome = OUT_UNLABELLED;

	if (!cfg)
		return TC_ACT_UNSPEC;
	if (skb->protocol == bpf_htons(ETH_P_IP))
		outcome = send(skb, cfg);
	count_outcome(outcome);
	return outcome == OUT_DROP_HEADROOM ? TC_ACT_SHOT : TC_ACT_UNSPEC;
}

/* The kernel lends its helpers (clock) to programs under the GPL only. */
char LICENSE[] SEC("license") = "GPL";
