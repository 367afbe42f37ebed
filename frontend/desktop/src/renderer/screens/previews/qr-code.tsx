import { QRCodeSVG } from "qrcode.react";

/** A code to scan, dark on white in both themes as cameras expect it. A chunk of its own: load it by `lazy`. */
export default function QrCode({ value, label, size = 208 }: { value: string; label: string; size?: number }) {
  return <QRCodeSVG value={value} size={size} level="M" marginSize={4} bgColor="#ffffff" fgColor="#000000" role="img" aria-label={label} />;
}
