// allauth's scripts only write to the console when a device refuses: say it in words, where the person looks.
document.addEventListener("allauth.error", function (event) {
  const refused = document.getElementById("passkey-refused");
  if (refused) {
    event.preventDefault();
    refused.hidden = false;
  }
});
