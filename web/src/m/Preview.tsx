import { useEffect, useState } from "react";

/** A picture that is still on the phone. */
export function Preview({ picture, alt }: { picture: Blob; alt: string }) {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(picture);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [picture]);
  return address === null ? null : <img src={address} alt={alt} />;
}
