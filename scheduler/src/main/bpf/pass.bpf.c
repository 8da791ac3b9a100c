// SPDX-License-Identifier: GPL-2.0
/*
 * Passes everything. A veth takes frames that its peer sends from XDP only if it runs an XDP
 * program too; this one is for the peers of a member's interface in a lab.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int pass(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
