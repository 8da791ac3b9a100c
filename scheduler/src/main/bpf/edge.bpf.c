// SPDX-License-Identifier: GPL-2.0
/*
 * The label edge of a server's or a client's host (claims L8, L14).
 *
 * At ingress (XDP) the label of a frame for a VIP's flow is taken off and the label of the other
 * direction learned, with the machine it came from; at egress (tc) it is put on. Flows of other
 * addresses are not touched. Both go on without the process that loaded them.
 *
 * A label stands behind the VLAN tags, wherever these are: in the frame, or kept apart by the kernel.
 * Where routers are on the way it comes in UDP (see edge_decap.h), and answers go without one.
 */
#include <linux/pkt_cls.h>
#include "edge_decap.h"
#include "edge_learn.h"
#include "edge_listen.h"
#include "egress.h"

/* Keeps in the BTF what no map names, for the loader to compare its own with. */
struct {
	enum edge_layout layout;
	enum edge_outcome outcome;
	enum edge_aside aside;
	enum edge_closed closed;
} named SEC("layout") __attribute__((used));

/* Both ends of a labelled connection must leave room for the label: here what we may send. */
static __always_inline void lower_received_mss(struct xdp_md *ctx, const struct link *link,
					       const struct headers *headers, void *ip,
					       const struct edge_config *cfg)
{
	void *end = (void *)(long)ctx->data_end;
	__u32 room = room_for(headers, (link->bytes - UNTAGGED) / TAG_BYTES, cfg);
	struct mss_option *mss = mss_above(ip, end, headers, room);
	struct tcphdr *tcp = ip + headers->ip_bytes;
	__be16 most = bpf_htons(room);
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

static __always_inline const __be32 *vip_received(const struct headers *headers,
						  const struct edge_config *cfg)
{
	return cfg->role == EDGE_SERVER ? headers->flow.destination : headers->flow.source;
}

static __always_inline const __be32 *vip_sent(const struct headers *headers,
					      const struct edge_config *cfg)
{
	return cfg->role == EDGE_SERVER ? headers->flow.source : headers->flow.destination;
}

static __always_inline enum edge_outcome pass_unlabelled(struct xdp_md *ctx,
							 const struct link *link,
							 const struct edge_config *cfg)
{
	void *ip = (void *)(long)ctx->data + link->bytes;
	struct headers headers = {};

	if (look(&headers, ip, (void *)(long)ctx->data_end) == SIGHT_FLOW &&
	    headers.flags & TCP_SYN && is_vip(vip_received(&headers, cfg)))
		lower_received_mss(ctx, link, &headers, ip, cfg);
	return IN_UNLABELLED;
}

/* The VLANs that a frame came by. */
static __always_inline __u32 vlans_seen(struct xdp_md *ctx, const struct link *link)
{
	struct tag *tag = (void *)(long)ctx->data + ETH_HLEN;
	__u32 vlans = 0;

	if (link->bytes > UNTAGGED && (void *)(tag + 1) <= (void *)(long)ctx->data_end)
		vlans = add_vlan(vlans, tag->control);
	tag++;
	if (link->bytes > ONE_TAG && (void *)(tag + 1) <= (void *)(long)ctx->data_end)
		vlans = add_vlan(vlans, tag->control);
	return vlans;
}

/* Takes the label off; the frame begins four bytes later. */
static __always_inline int pop(struct xdp_md *ctx, const struct link *link, int six)
{
	void *frame = (void *)(long)ctx->data;

	/* Never: there was a label. The verifier wants to hear it. */
	if (frame + link->bytes + SHIM_BYTES > (void *)(long)ctx->data_end)
		return -1;
	/* Old and new header overlap. */
	move_link(frame + SHIM_BYTES, frame, link->bytes);
	*(__be16 *)(frame + SHIM_BYTES + link->bytes - TYPE_BYTES) =
		six ? bpf_htons(ETH_P_IPV6) : bpf_htons(ETH_P_IP);
	return bpf_xdp_adjust_head(ctx, SHIM_BYTES);
}

/* direct: 1 if the label came in UDP. Answers then go without one, and may be as long as ever. */
static __always_inline enum edge_outcome take(struct xdp_md *ctx, const struct link *link,
					      const struct edge_config *cfg, __u8 direct)
{
	struct ethhdr *eth = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	__be32 *stack = (void *)eth + link->bytes;
	void *ip = stack + 1;
	enum edge_outcome outcome = IN_POPPED;
	struct headers headers = {};
	__u32 shim, label;
	enum sight sight;

	if (ip > end)
		return IN_DROP_TRUNCATED;
	shim = bpf_ntohl(*stack);
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
		if (!direct)
			lower_received_mss(ctx, link, &headers, ip, cfg);
		if (is_session_label(label)) {
			outcome = learn(&headers, label, eth->h_source, vlans_seen(ctx, link),
					direct);
		} else {
			/* The array has no label for this flow, or no more. */
			struct flow6 sent = reverse(&headers.flow);

			forget(&sent);
		}
	}
	return pop(ctx, link, headers.six) ? IN_DROP_HEADROOM : outcome;
}

static __always_inline enum edge_outcome receive(struct xdp_md *ctx, const struct edge_config *cfg)
{
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct link link;
	__u8 direct = 0;

	if ((void *)(eth + 1) > (void *)(long)ctx->data_end || read_link(ctx, &link))
		return IN_UNLABELLED;
	if (cfg->tunnels && is_same(eth->h_dest, cfg->mac)) {
		int arrival = leave_tunnel(ctx, cfg, link.bytes, link.type);

		if (arrival < EDGE_OUTCOMES)
			return arrival;
		if (arrival == EDGE_LABELLED) {
			link.type = bpf_htons(ETH_P_MPLS_UC);
			direct = 1;
		}
	}
	/* The header may have moved. */
	eth = (void *)(long)ctx->data;
	if ((void *)(eth + 1) > (void *)(long)ctx->data_end)
		return IN_UNLABELLED;
	switch (bpf_ntohs(link.type)) {
	case ETH_P_MPLS_UC:
		return is_same(eth->h_dest, cfg->mac) ? take(ctx, &link, cfg, direct) :
							IN_OTHER_MAC;
	case ETH_P_IPV6:
		hear_nd(ctx, &link);
		return pass_unlabelled(ctx, &link, cfg);
	case ETH_P_IP:
		return pass_unlabelled(ctx, &link, cfg);
	case ETH_P_ARP:
		hear_arp(ctx, &link);
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
static __always_inline void lower_sent_mss(struct __sk_buff *skb, const struct sent_link *link,
					   const struct headers *headers,
					   const struct edge_config *cfg)
{
	void *ip = (void *)(long)skb->data + link->bytes;
	__u32 room = room_for(headers, link->tags, cfg);
	struct mss_option *mss = mss_above(ip, (void *)(long)skb->data_end, headers, room);
	__u32 tcp = link->bytes + headers->ip_bytes;
	__be16 most = bpf_htons(room);
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

static __always_inline int fits(const struct __sk_buff *skb, const struct sent_link *link,
				const struct headers *headers, const struct edge_config *cfg)
{
	return longest(skb, link, headers->bytes) + SHIM_BYTES + taken_by(link->tags) <=
	       cfg->max_packet;
}

static __always_inline __u32 vlans_sent(const struct sent_link *link)
{
	__u32 vlans = 0;

	if (link->tags > 0)
		vlans = add_vlan(vlans, link->outer.control);
	if (link->tags > 1)
		vlans = add_vlan(vlans, link->inner.control);
	return vlans;
}

/* Sends with the label that was learned. */
static __always_inline enum edge_outcome send_labelled(struct __sk_buff *skb,
						       const struct sent_link *link,
						       const struct headers *headers,
						       struct learned *entry)
{
	int last = headers->flags & TCP_RST || is_last(entry, headers->flags);

	if (push_out(skb, link, entry->label, headers->ttl, entry->mac))
		return OUT_DROP_HEADROOM;
	entry->sent++;
	if (headers->flags & TCP_FIN)
		entry->closed |= EDGE_CLOSED_OUT;
	if (last)
		forget(&headers->flow);
	return OUT_LABELLED;
}

/* Without its label. Its end is seen all the same. */
static __always_inline enum edge_outcome send_direct(const struct headers *headers,
						     struct learned *entry)
{
	if (headers->flags & TCP_RST || is_last(entry, headers->flags))
		forget(&headers->flow);
	else if (headers->flags & TCP_FIN)
		entry->closed |= EDGE_CLOSED_OUT;
	return OUT_DIRECT;
}

static __always_inline enum edge_outcome send(struct __sk_buff *skb, const struct edge_config *cfg)
{
	struct headers headers = {};
	struct sent_link link = {};
	struct learned *entry;
	int opens;

	gather(skb);
	if (read_sent_link(skb, &link) ||
	    (link.type != bpf_htons(ETH_P_IP) && link.type != bpf_htons(ETH_P_IPV6)) ||
	    look(&headers, (void *)(long)skb->data + link.bytes, (void *)(long)skb->data_end) !=
		    SIGHT_FLOW)
		return OUT_UNLABELLED;

	opens = is_opening(&headers);
	if (headers.flags & TCP_SYN && is_vip(vip_sent(&headers, cfg)))
		lower_sent_mss(skb, &link, &headers, cfg);
	/* The same ports anew: what was learned is of the connection before. */
	if (opens && headers.flags & TCP_SYN)
		forget(&headers.flow);

	entry = bpf_map_lookup_elem(&learned, &headers.flow);
	if (entry && entry->direct)
		return send_direct(&headers, entry);
	if (entry && is_fresh(entry, cfg) && !is_left_behind(entry, vip_sent(&headers, cfg))) {
		if (!is_same_vlan(entry->vlans, vlans_sent(&link)))
			return OUT_OTHER_VLAN;
		return fits(skb, &link, &headers, cfg) ?
			       send_labelled(skb, &link, &headers, entry) : OUT_TOO_BIG;
	}
	if (cfg->role == EDGE_CLIENT && opens && is_vip(headers.flow.destination)) {
		if (!fits(skb, &link, &headers, cfg))
			return OUT_TOO_BIG;
		return push_out(skb, &link, EDGE_ASK_LABEL, headers.ttl, NULL) ?
			       OUT_DROP_HEADROOM : OUT_ASKED;
	}
	return entry ? OUT_STALE : OUT_UNLABELLED;
}

SEC("tc")
int edge_out(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct edge_config *cfg = bpf_map_lookup_elem(&config, &zero);
	enum edge_outcome outcome;

	if (!cfg)
		return TC_ACT_UNSPEC;
	outcome = send(skb, cfg);
	count_outcome(outcome);
	return outcome == OUT_DROP_HEADROOM ? TC_ACT_SHOT : TC_ACT_UNSPEC;
}

/* The kernel lends its helpers (clock) to programs under the GPL only. */
char LICENSE[] SEC("license") = "GPL";
