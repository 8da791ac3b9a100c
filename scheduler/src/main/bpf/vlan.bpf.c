// SPDX-License-Identifier: GPL-2.0
/*
 * VLANs for tests, where a kernel has none of its own: an interface's packets leave and come as
 * those of a VLAN sub-interface do, with the outermost tag kept apart from the frame.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define CUSTOMER_VLAN	7
#define SERVICE_VLAN	100

SEC("one")
int into_one(struct __sk_buff *skb)
{
	bpf_skb_vlan_push(skb, bpf_htons(ETH_P_8021Q), CUSTOMER_VLAN);
	return TC_ACT_UNSPEC;
}

SEC("two")
int into_two(struct __sk_buff *skb)
{
	bpf_skb_vlan_push(skb, bpf_htons(ETH_P_8021Q), CUSTOMER_VLAN);
	bpf_skb_vlan_push(skb, bpf_htons(ETH_P_8021AD), SERVICE_VLAN);
	return TC_ACT_UNSPEC;
}

/* Without a tag nothing is done. */
SEC("out")
int out_of(struct __sk_buff *skb)
{
	bpf_skb_vlan_pop(skb);
	bpf_skb_vlan_pop(skb);
	return TC_ACT_UNSPEC;
}

char LICENSE[] SEC("license") = "GPL";
