/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The Ethernet address of everyone's VIPs (claims H34, H44): a group address, so that a switch
 * hands each frame to every member.
 *
 * 03:53 and the last four bytes of the VIP. Locally administered (IEEE 802 section 8.2), because it
 * is nobody's to give out; not of the range of IP multicast (RFC 1112 section 6.4), where a switch
 * that snoops would keep frames from ports that joined no group, and where 23 bits would make
 * the VIP share its address with groups that are in use.
 */
#ifndef SHUNT_GROUP_H
#define SHUNT_GROUP_H

#include <linux/if_ether.h>
#include <linux/types.h>

#define GROUP_FIRST	0x03
#define GROUP_SECOND	0x53

static __always_inline int is_everyones(const __u8 *mac)
{
	return mac[0] == GROUP_FIRST && mac[1] == GROUP_SECOND;
}

/* tail: the last four bytes of the address. */
static __always_inline void set_group(__u8 *mac, __be32 tail)
{
	mac[0] = GROUP_FIRST;
	mac[1] = GROUP_SECOND;
	__builtin_memcpy(mac + 2, &tail, sizeof(tail));
}

static __always_inline int is_group_of(const __u8 *mac, __be32 tail)
{
	const __u8 *bytes = (const __u8 *)&tail;

	return is_everyones(mac) && mac[2] == bytes[0] && mac[3] == bytes[1] &&
	       mac[4] == bytes[2] && mac[5] == bytes[3];
}

#endif
