/* SPDX-License-Identifier: GPL-2.0 */
/* An ARP packet about IPv4 on Ethernet, as it stands behind the link header (RFC 826). */
#ifndef SHUNT_ARP4_H
#define SHUNT_ARP4_H

#include <linux/if_ether.h>
#include <linux/types.h>

/* IANA "ARP parameters"; <linux/if_arp.h> has them too but drags the C library in. */
#define ARPHRD_ETHER	1
#define ARPOP_REQUEST	1
#define ARPOP_REPLY	2

struct arp4 {
	__be16 hardware;
	__be16 protocol;
	__u8 hardware_bytes;
	__u8 protocol_bytes;
	__be16 operation;
	__u8 sender_mac[ETH_ALEN];
	__be32 sender;
	__u8 target_mac[ETH_ALEN];
	__be32 target;
} __attribute__((packed));

#endif
