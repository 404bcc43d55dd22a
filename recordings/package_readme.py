"""The two pages that lie on top of every exported package: what it is, how it is checked, what the check proves and what it does not."""

from __future__ import annotations

CHINESE = """\
# 远程虚拟窗口会话存证包

本包是一次远程虚拟窗口会话的完整存证，由属地（办件所属地区）导出并签名。包内每一个字节都有唯一的写法，任何改动都能被发现。

## 如何校验（不需要联网）

需要 Python 3.9 或更高版本，以及 `cryptography` 程序包（`pip install cryptography`）：

    python verify.py 存证包.zip --anchors 信任锚.json

信任锚文件（各地区公布的密钥指纹和每日树根）应从发布单位另行取得，不能取自本包。包内附带的 `verify.py` 便于使用；
在有争议的场合，请使用从发布单位另行取得的校验程序：改动存证包的人也可能改动随包的程序。

| 退出码 | 含义 |
|---|---|
| 0 | 已证实：签名者在信任锚中，全部校验通过 |
| 3 | 内容一致，但未确认签名者（没有提供信任锚；会显示密钥指纹，可与公布的指纹核对） |
| 1 | 已损坏或被改动：会指出位置（文件、台账条目、字节范围） |
| 2 | 不是存证包，或命令写错 |

回执上的短码由属地对台账的签名算出，校验程序会显示同一短码，可与当事人手中的回执核对。

## 包内有什么

| 名称 | 内容 |
|---|---|
| `manifest.json` | 清单：全部文件及其摘要、录制的轨道与片段、缺口及原因、完整性；签名在 `signatures/manifest.json` |
| `ledger.jsonl` | 台账：会话中发生的每一件事，一行一条，前后以 SHA-256 相连 |
| `signatures/` | 属地对台账的签名、收件地的会签、每日树证明 |
| `segments/` | 录制片段，每段约四秒：`.webm` 为明文，`.seg` 为加密封存的原件 |
| `playable/` | 便于播放的合并文件，每个轨道一个；以 `segments/` 为准 |
| `stills/` `forms/` `signed/` | 高拍照片；签署时的表单和屏幕上显示的页面；手写签名 |
| `texts/` `notices/` | 文字交流记录；告知单、回执 |
| `consents/` | 当事人当时看到的同意书文本 |
| `keys/` | 公钥；以及封存片段的数据密钥（只有属地能打开） |

## 校验能证明什么，不能证明什么

能证明：台账自签名以后没有被增、删、改或调换；每个片段就是台账当时记下的那一个；要求录制的时间要么有片段，要么有记明的原因，
要么明确列为缺失；录制开始之前已经取得同意；每个签名都是在当时已定稿、并以该画面显示的表单上签下的。

不能证明：画面中的人所说属实；属地在签名之前如实记录（收件地会签和公布的每日树根用来约束这一点）；
`playable/` 与片段逐帧一致（由导出单位的签名担保）。
"""

ENGLISH = """\
# Evidence package of a remote virtual window session

This package is the whole evidence of one session at a remote virtual window, exported and signed by the home jurisdiction (the one whose
case it is). There is exactly one way to write every byte of it; any change can be seen.

## How to check it (offline)

You need Python 3.9 or later and the package `cryptography` (`pip install cryptography`):

    python verify.py PACKAGE.zip --anchors ANCHORS.json

Get the anchors (published key fingerprints and daily roots) from the publisher, not from this package. `verify.py` is enclosed for
convenience; where it matters, use a verifier that you got from the publisher: whoever alters a package may alter the program in it.

| exit code | meaning |
|---|---|
| 0 | proven: the anchors know every signer, and everything fits |
| 3 | consistent, but the signer is not confirmed (no anchors; the fingerprints are shown, compare them with published ones) |
| 1 | broken or altered: the place is named (file, entry of the ledger, bytes) |
| 2 | not a package, or a mistake in the command |

The short code on the resident's receipt is computed from the home's signature; the verifier shows the same code.

## What is in it

| name | content |
|---|---|
| `manifest.json` | every file with its digest; tracks and segments, gaps and their causes, completeness; signed in `signatures/manifest.json` |
| `ledger.jsonl` | everything that happened, one entry a line, chained by SHA-256 |
| `signatures/` | the home's signature of the ledger, the host's countersignature, proofs of daily trees |
| `segments/` | the recording in pieces of some four seconds: `.webm` in clear, `.seg` as it was sealed |
| `playable/` | one file a track, for watching; what counts are the segments |
| `stills/` `forms/` `signed/` | document stills; forms as they were frozen, and their pages as they were shown; handwritten signatures |
| `texts/` `notices/` | transcripts of what was written; notices and the receipt |
| `consents/` | the texts of consent as they were shown |
| `keys/` | public keys, and the data keys of sealed segments (only the home can open them) |

## What the check proves, and what it does not

Proven: nothing was added to the ledger, removed, changed or moved since it was signed; each segment is the one that the ledger noted at
the time; required time is covered by segments, or by a cause that was noted, or is listed as missing; consent came before recording;
each signature was given under a form that was frozen then, as that picture showed it.

Not proven: that what people say in it is true; that the home noted the truth before it signed (the host's countersignature and the
published daily roots bind it); that `playable/` equals the segments picture by picture (the exporter's signature vouches for it).
"""
