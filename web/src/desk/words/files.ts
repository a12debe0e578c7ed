/** Names of what comes with a message, and of why a picture did not. */

import type { Names } from "./names";

export const FILES: Names = {
  image: ["图片", "picture"],
  video: ["视频", "video"],
  audio: ["语音", "voice message"],
  file: ["文件", "file"],
};

export const FAULTS: Names = {
  forbidden: ["图片地址不在允许的范围内，没有获取", "The picture's address is not allowed, so it was not fetched"],
  unreachable: ["图片暂时取不到", "The picture cannot be reached"],
  too_slow: ["图片获取超时", "The picture took too long"],
  redirects: ["图片地址一直在跳转", "The picture's address leads in circles"],
  too_large: ["图片太大，没有保存", "The picture is too large to keep"],
  gone: ["图片已失效", "The picture is gone"],
  photo_format: ["文件不是图片，没有保存", "The file is no picture, so it was not kept"],
  photos_too_many: ["这位顾客今天的图片已达上限", "This customer's pictures of today are at their limit"],
};
